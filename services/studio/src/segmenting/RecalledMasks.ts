import type { Refinement } from "../annotation/types";

/** Masks that are kept at hand for the next click; as many objects are hardly worked on in turn. */
const KEPT = 16;

interface Recalled<T> {
  readonly refinement: Refinement;
  readonly value: Promise<T>;
}

/** What stands for masks that prompts refine, of those that were recalled last. */
export class RecalledMasks<T> {
  private all: readonly Recalled<T>[] = [];

  /** @param recall Makes what is not there. */
  constructor(private readonly recall: (refinement: Refinement) => Promise<T>) {}

  /** What stands for a mask: the one at hand, or one that is made now. */
  get(refinement: Refinement): Promise<T> {
    const known = this.all.find((one) => isSame(one.refinement, refinement));
    const recalled = known ?? { refinement, value: this.recall(refinement) };
    this.all = [recalled, ...this.without(recalled)].slice(0, KEPT);
    if (!known) {
      // The next one who asks tries again.
      recalled.value.catch(() => (this.all = this.without(recalled)));
    }
    return recalled.value;
  }

  /** Forgets all: they were another picture's, or another connection's. */
  clear(): void {
    this.all = [];
  }

  private without(recalled: Recalled<T>): readonly Recalled<T>[] {
    return this.all.filter((one) => one !== recalled);
  }
}

/** Whether both are of the same mask. A mask's stability comes later, its run lengths stay. */
export function isSame(a: Refinement | undefined, b: Refinement | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.prompt === b.prompt && a.mask?.runs === b.mask?.runs);
}
