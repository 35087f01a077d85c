import { signal } from "@preact/signals";

/** A message to the user. */
export interface Notice {
  readonly id: number;
  readonly words: string;
  /** Actions that the notice offers. */
  readonly actions: readonly NoticeAction[];
}

/** An action that a notice offers. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

const SHOWN_MS = 12_000;

/** Messages to the user. Each is shown for a while, or until it is dismissed. */
export class Notices {
  readonly all = signal<readonly Notice[]>([]);
  private next = 1;

  /**
   * Adds a notice, unless one with the same words is shown.
   * @param actions Actions that the notice offers; it stays until one is chosen or it is dismissed.
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
