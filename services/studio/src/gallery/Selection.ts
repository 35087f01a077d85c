import { signal } from "@preact/signals";

/** Pictures that are selected, and the place from which Shift extends. */
export class Selection {
  readonly ids = signal<ReadonlySet<bigint>>(new Set());
  /** Place that Shift extends from. */
  anchor = 0;
  private extending = 0;

  /** Selects a picture, or takes it out of the selection. */
  toggle(id: bigint, index: number): void {
    const ids = new Set(this.ids.peek());
    if (!ids.delete(id)) {
      ids.add(id);
    }
    this.anchor = index;
    this.extending++;
    this.ids.value = ids;
  }

  /**
   * Selects everything from the anchor to a place, beside what is selected.
   * @param idsBetween Reads ids of places, both included.
   */
  async extend(index: number, idsBetween: (first: number, last: number) => Promise<readonly bigint[]>): Promise<void> {
    const own = ++this.extending;
    const ids = await idsBetween(this.anchor, index);
    // Another click may have come while the ids were read.
    if (own === this.extending) {
      this.ids.value = new Set([...this.ids.peek(), ...ids]);
    }
  }

  /** Takes everything out. */
  clear(): void {
    this.extending++;
    this.ids.value = new Set();
  }
}
