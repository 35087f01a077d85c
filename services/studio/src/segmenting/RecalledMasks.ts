import type { Refinement } from "../annotation/types";

/** Masks that are cached for the next click: more objects than are usually worked on in turn. */
const KEPT = 16;

interface Recalled<T> {
  readonly refinement: Refinement;
  readonly value: Promise<T>;
}

/** Cache of the masks that prompts refine, in the form that a decoder takes (`T`). */
export class RecalledMasks<T> {
  private all: readonly Recalled<T>[] = [];

  /** @param recall Computes a missing entry. */
  constructor(private readonly recall: (refinement: Refinement) => Promise<T>) {}

  /** Returns a mask's entry; computes a missing one. */
  get(refinement: Refinement): Promise<T> {
    const known = this.all.find((one) => isSame(one.refinement, refinement));
    const recalled = known ?? { refinement, value: this.recall(refinement) };
    this.all = [recalled, ...this.without(recalled)].slice(0, KEPT);
    if (!known) {
      // A failure is not cached.
      recalled.value.catch(() => (this.all = this.without(recalled)));
    }
    return recalled.value;
  }

  /** Forgets all entries: they belong to another picture or another connection. */
  clear(): void {
    this.all = [];
  }

  private without(recalled: Recalled<T>): readonly Recalled<T>[] {
    return this.all.filter((one) => one !== recalled);
  }
}

/** Returns true if both are of the same mask. The stability of a mask comes later; its run lengths stay. */
export function isSame(a: Refinement | undefined, b: Refinement | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.prompt === b.prompt && a.mask?.runs === b.mask?.runs);
}
