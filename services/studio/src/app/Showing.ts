import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { activeOf, type Annotation, EMPTY } from "../annotation/Annotation";

/** What takes no longer seems to happen at once. */
const PATIENCE_MS = 100;

/**
 * The annotation as it is shown: behind by a prompt that is about to be answered. What a click changes and what its mask
 * changes are one frame that way, and the first does not take from the time of the second. An answer that takes longer
 * is not waited for.
 */
export class Showing {
  private readonly shown = signal<Annotation>(EMPTY);
  readonly annotation: ReadonlySignal<Annotation> = this.shown;
  readonly active = computed(() => activeOf(this.shown.value));
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly present: ReadonlySignal<Annotation>) {}

  /** Follows what has changed, at once or, when an answer is about to change it again, together with that. */
  follow(isAboutToChange: boolean): void {
    if (isAboutToChange) {
      this.patience ??= setTimeout(() => this.follow(false), PATIENCE_MS);
      return;
    }
    clearTimeout(this.patience);
    this.patience = undefined;
    this.shown.value = this.present.value;
  }
}
