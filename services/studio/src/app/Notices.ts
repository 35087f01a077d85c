import { signal } from "@preact/signals";

/** Something the user should know. */
export interface Notice {
  readonly id: number;
  readonly words: string;
  /** What can be done about this. */
  readonly actions: readonly NoticeAction[];
}

/** Something that a notice offers to do. */
export interface NoticeAction {
  readonly words: string;
  readonly act: () => void;
}

const SHOWN_MS = 12_000;

/** What the user should know; each is shown for a while or until it is dismissed. */
export class Notices {
  readonly all = signal<readonly Notice[]>([]);
  private next = 1;

  /** Says something; what is being said already is not said twice. Returns the notice's number, for `dismiss`. */
  add(words: string, ...actions: readonly NoticeAction[]): number {
    const said = this.said(words);
    const id = said ?? this.ask(words, ...actions);
    if (said === undefined) {
      setTimeout(() => this.dismiss(id), SHOWN_MS);
    }
    return id;
  }

  /** Says something that stays until the user has decided. */
  ask(words: string, ...actions: readonly NoticeAction[]): number {
    const said = this.said(words);
    if (said !== undefined) {
      return said;
    }
    const id = this.next++;
    this.all.value = [...this.all.value, { id, words, actions }];
    return id;
  }

  dismiss(id: number): void {
    if (this.all.value.some((notice) => notice.id === id)) {
      this.all.value = this.all.value.filter((notice) => notice.id !== id);
    }
  }

  private said(words: string): number | undefined {
    return this.all.value.find((notice) => notice.words === words)?.id;
  }
}
