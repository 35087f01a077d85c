import { signal } from "@preact/signals";

/** Something the user should know. */
export interface Notice {
  readonly id: number;
  readonly words: string;
  /** What can be done about it. */
  readonly actions: readonly NoticeAction[];
}

/** Something that a notice offers to do. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

const SHOWN_MS = 12_000;

/** What the user should know; each is shown for a while or until it is dismissed. */
export class Notices {
  readonly all = signal<readonly Notice[]>([]);
  private next = 1;

  /**
   * Says something; what is being said already is not said twice.
   * @param actions What can be done about it; the notice stays until that is decided.
   * @returns The notice's number, for `dismiss`.
   */
  add(words: string, actions: readonly NoticeAction[] = []): number {
    const said = this.all.value.find((notice) => notice.words === words);
    if (said) {
      return said.id;
    }
    const id = this.next++;
    this.all.value = [...this.all.value, { id, words, actions }];
    if (actions.length === 0) {
      setTimeout(() => this.dismiss(id), SHOWN_MS);
    }
    return id;
  }

  dismiss(id: number): void {
    if (this.all.value.some((notice) => notice.id === id)) {
      this.all.value = this.all.value.filter((notice) => notice.id !== id);
    }
  }
}
