import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { activeOf, type Annotation, EMPTY } from "../annotation/Annotation";

/** Delays below this are not noticed as such. */
const MAX_DELAY_MS = 100;

/**
 * The annotation as the page shows it, deferred while a prompt is about to be answered. A click and its mask then
 * appear in one frame, and drawing the click alone does not delay the mask. After 100 ms without an answer the click is
 * shown alone. The canvas is updated first; lists and texts of the page follow one frame later.
 */
export class DeferredView {
  private readonly canvas = signal<Annotation>(EMPTY);
  private readonly page = signal<Annotation>(EMPTY);
  /** The annotation on the canvas. */
  readonly drawn: ReadonlySignal<Annotation> = this.canvas;
  readonly drawnActive = computed(() => activeOf(this.canvas.value));
  /** The annotation in lists and texts. */
  readonly annotation: ReadonlySignal<Annotation> = this.page;
  readonly active = computed(() => activeOf(this.page.value));
  private timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly present: ReadonlySignal<Annotation>) {}

  /** Shows the present annotation at once. */
  follow(): void {
    this.stopWaiting();
    batch(() => (this.canvas.value = this.page.value = this.present.value));
  }

  /** Shows the present annotation with the next answer, or after the delay. */
  followLater(): void {
    this.timeout ??= setTimeout(() => this.follow(), MAX_DELAY_MS);
  }

  /** Shows an answer: on the canvas at once, on the page when the canvas is painted. */
  followAnswer(): void {
    this.stopWaiting();
    this.canvas.value = this.present.value;
    // A hidden page paints nothing.
    this.followLater();
  }

  /** True while the page is behind the canvas. */
  get isBehind(): boolean {
    return this.canvas.value !== this.page.value;
  }

  /** Must be called when the canvas is on the screen. */
  painted(): void {
    if (this.canvas.value === this.present.value) {
      this.follow();
    }
  }

  private stopWaiting(): void {
    clearTimeout(this.timeout);
    this.timeout = undefined;
  }
}
