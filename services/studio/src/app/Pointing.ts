import { type ReadonlySignal, signal } from "@preact/signals";
import { activeOf, addPoint, type Annotation, refinementOf } from "../annotation/Annotation";
import type { Candidate, PointPrompt } from "../annotation/types";
import type { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import type { SpeculativePrompt } from "../segmenting/routing/SpeculativePrompt";

/** The pointer before it clicks: previews the mask under it, and asks the click's prompt early. */
export class Pointing {
  /** The mask under the pointer. */
  readonly preview = signal<Candidate | null>(null);
  private hovers = 0;

  /** @param isReady Returns true if prompts can be answered. */
  constructor(
    private readonly annotation: ReadonlySignal<Annotation>,
    private readonly router: SegmenterRouter,
    private readonly speculative: SpeculativePrompt,
    private readonly isReady: () => boolean,
  ) {}

  /** Previews the mask of a click here, unless the pointer has moved on when the mask comes. */
  async hover(point: { x: number; y: number }): Promise<void> {
    const active = activeOf(this.annotation.value);
    if (!this.isReady() || active) {
      // The next click may refine the object's mask.
      const refinement = active?.answered ? refinementOf(active) : undefined;
      if (this.isReady() && refinement) {
        this.router.recall(refinement);
      }
      return;
    }
    const hover = ++this.hovers;
    const prompt = { points: [{ ...point, foreground: true }], box: null };
    try {
      const { candidates } = await this.speculative.ask(prompt);
      if (hover === this.hovers && !activeOf(this.annotation.value)) {
        this.preview.value = candidates[0] ?? null;
      }
    } catch {
      // Superseded by the next movement, or refused: there is no preview then.
    }
  }

  /** Asks the prompt of a click here when the button goes down, before it comes up. */
  press(point: PointPrompt): void {
    const isFirst = !activeOf(this.annotation.value);
    const prompt = activeOf(addPoint(this.annotation.value, point))?.prompt;
    if (this.isReady() && prompt && (point.foreground || !isFirst)) {
      this.speculative.askOnce(prompt);
    }
  }

  /** Cancels previews that are on their way. */
  cancelPreviews(): void {
    this.hovers++;
  }

  /** Must be called when the pointer leaves the picture. */
  leave(): void {
    this.cancelPreviews();
    this.preview.value = null;
  }
}
