import type { BoxPrompt, PromptSpec } from "../../annotation/types";
import { isSame as isSameMask } from "../RecalledMasks";
import type { SegmentAnswer } from "../Segmenter";
import type { Place, SegmenterRouter } from "./SegmenterRouter";

/**
 * The prompt that the next click will probably ask: where the pointer rests, or where it was pressed. A click with the
 * same prompt gets its answer.
 */
export class SpeculativePrompt {
  private last: { prompt: PromptSpec; place: Place; answer: Promise<SegmentAnswer> } | undefined;

  constructor(private readonly router: SegmenterRouter) {}

  /** Asks a prompt; the next one may supersede it. */
  ask(prompt: PromptSpec): Promise<SegmentAnswer> {
    const answer = this.router.preview(prompt);
    this.last = { prompt, place: this.router.place.value, answer };
    return answer;
  }

  /** Asks a prompt unless it was the last one asked. */
  askOnce(prompt: PromptSpec): void {
    if (!this.answerOf(prompt)) {
      this.ask(prompt).catch(() => undefined);
    }
  }

  /** Answers a click's prompt: by the speculative answer if there is one, and by a request of its own otherwise. */
  async segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    const speculative = this.answerOf(prompt);
    if (speculative) {
      try {
        return await speculative;
      } catch {
        // Superseded or refused: the click asks itself.
      }
    }
    return this.router.segment(prompt);
  }

  /** Forgets the last prompt, which was on another picture. */
  forget(): void {
    this.last = undefined;
  }

  private answerOf(prompt: PromptSpec): Promise<SegmentAnswer> | undefined {
    const { last } = this;
    return last && last.place === this.router.place.value && isSame(last.prompt, prompt) ? last.answer : undefined;
  }
}

function isSame(a: PromptSpec, b: PromptSpec): boolean {
  return isSameBox(a.box, b.box) && isSameMask(a.refines, b.refines) && a.points.length === b.points.length
    && a.points.every(({ x, y, foreground }, i) =>
      x === b.points[i].x && y === b.points[i].y && foreground === b.points[i].foreground);
}

function isSameBox(a: BoxPrompt | null, b: BoxPrompt | null): boolean {
  return a === b || (a !== null && b !== null
    && a.xMin === b.xMin && a.yMin === b.yMin && a.xMax === b.xMax && a.yMax === b.yMax);
}
