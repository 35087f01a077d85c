import { type ReadonlySignal, signal } from "@preact/signals";
import { activeOf, addPoint, type Annotation, refinementOf } from "../annotation/Annotation";
import type { Candidate, PointPrompt } from "../annotation/types";
import type { Decoding } from "../segmenting/routing/SegmenterRouter";
import type { EarlyPrompt } from "../segmenting/routing/SpeculativePrompt";

/** What the pointer does before it clicks: a mask is shown where it rests, and what a click will ask is asked early. */
export class Pointing {
  /** The mask under the pointer, before any click. */
  readonly preview = signal<Candidate | null>(null);
  private hovers = 0;

  /** @param isReady Whether prompts can be answered. */
  constructor(
    private readonly annotation: ReadonlySignal<Annotation>,
    private readonly decoding: Decoding,
    private readonly early: EarlyPrompt,
    private readonly isReady: () => boolean,
  ) {}

  /** Shows the mask that a click here would give, unless the pointer is elsewhere by then. */
  async hover(point: { x: number; y: number }): Promise<void> {
    const active = activeOf(this.annotation.value);
    if (!this.isReady() || active) {
      // The next click may refine the object's mask.
      const refinement = active?.answered ? refinementOf(active) : undefined;
      if (this.isReady() && refinement) {
        this.decoding.recall(refinement);
      }
      return;
    }
    const hover = ++this.hovers;
    const prompt = { points: [{ ...point, foreground: true }], box: null };
    try {
      const { candidates } = await this.early.ask(prompt);
      if (hover === this.hovers && !activeOf(this.annotation.value)) {
        this.preview.value = candidates[0] ?? null;
      }
    } catch {
      // Overtaken by the next movement, or refused: a preview that fails is one that is not there.
    }
  }

  /** The pointer has been pressed: what a click here asks is under way before the button is up again. */
  press(point: PointPrompt): void {
    const isFirst = !activeOf(this.annotation.value);
    const prompt = activeOf(addPoint(this.annotation.value, point))?.prompt;
    if (this.isReady() && prompt && (point.foreground || !isFirst)) {
      this.early.askOnce(prompt);
    }
  }

  /** Previews that are under way are not shown any more. */
  overtake(): void {
    this.hovers++;
  }

  /** The pointer is on nothing. */
  leave(): void {
    this.overtake();
    this.preview.value = null;
  }
}
