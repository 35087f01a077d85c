import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { activeOf, type Annotation, EMPTY } from "../annotation/Annotation";

/** What takes no longer seems to happen at once. */
const PATIENCE_MS = 100;

/**
 * The annotation as it is shown: behind by a prompt that is about to be answered. What a click changes and what its mask
 * changes are one frame that way, and the first does not take from the time of the second. An answer that takes longer
 * is not waited for. What lies over the picture comes first, what the page says about it a frame later.
 */
export class Showing {
  private readonly over = signal<Annotation>(EMPTY);
  private readonly said = signal<Annotation>(EMPTY);
  /** What is drawn over the picture. */
  readonly drawn: ReadonlySignal<Annotation> = this.over;
  readonly drawnActive = computed(() => activeOf(this.over.value));
  /** What the page says. */
  readonly annotation: ReadonlySignal<Annotation> = this.said;
  readonly active = computed(() => activeOf(this.said.value));
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly present: ReadonlySignal<Annotation>) {}

  /** Follows what has changed at once. */
  follow(): void {
    this.stopWaiting();
    batch(() => (this.over.value = this.said.value = this.present.value));
  }

  /** Follows what has changed together with what an answer is about to change. */
  followLater(): void {
    this.patience ??= setTimeout(() => this.follow(), PATIENCE_MS);
  }

  /** Follows an answer: it is drawn first. */
  followAnswer(): void {
    this.stopWaiting();
    this.over.value = this.present.value;
    // Nothing is drawn while the page is not looked at.
    this.followLater();
  }

  /** Whether the page does not say yet what is drawn. */
  get isBehind(): boolean {
    return this.over.value !== this.said.value;
  }

  /** What was to be drawn is on the screen. */
  painted(): void {
    if (this.over.value === this.present.value) {
      this.follow();
    }
  }

  private stopWaiting(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
  }
}
