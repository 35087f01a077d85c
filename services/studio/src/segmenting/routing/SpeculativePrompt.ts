import type { BoxPrompt, PromptSpec } from "../../annotation/types";
import type { Decoding, Place } from "./SegmenterRouter";
import { isSame as isSameMask } from "../RecalledMasks";
import type { SegmentAnswer } from "../Segmenter";

/** What is asked before it is decided on: where the pointer rests, or has just been pressed. */
export class EarlyPrompt {
  private asked: { prompt: PromptSpec; place: Place; answer: Promise<SegmentAnswer> } | undefined;

  constructor(private readonly decoding: Decoding) {}

  /** Asks a prompt that may be overtaken by the next one. */
  ask(prompt: PromptSpec): Promise<SegmentAnswer> {
    const answer = this.decoding.preview(prompt);
    this.asked = { prompt, place: this.decoding.place.value, answer };
    return answer;
  }

  /** Asks it unless it was the last one asked. */
  askOnce(prompt: PromptSpec): void {
    if (!this.answerOf(prompt)) {
      this.ask(prompt).catch(() => undefined);
    }
  }

  /** The answer to a prompt that was decided on: the early one, there or on its way, or its own. */
  async segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    const early = this.answerOf(prompt);
    if (early) {
      try {
        return await early;
      } catch {
        // Overtaken or refused: it is asked for itself.
      }
    }
    return this.decoding.segment(prompt);
  }

  /** What was asked was about another picture. */
  forget(): void {
    this.asked = undefined;
  }

  private answerOf(prompt: PromptSpec): Promise<SegmentAnswer> | undefined {
    const { asked } = this;
    return asked && asked.place === this.decoding.place.value && isSame(asked.prompt, prompt) ? asked.answer : undefined;
  }
}

function isSame(a: PromptSpec, b: PromptSpec): boolean {
  return isSameBox(a.box, b.box) && isSameMask(a.refines, b.refines) && a.points.length === b.points.length && a.points.every(({ x, y, foreground }, i) =>
    x === b.points[i].x && y === b.points[i].y && foreground === b.points[i].foreground);
}

function isSameBox(a: BoxPrompt | null, b: BoxPrompt | null): boolean {
  return a === b || (a !== null && b !== null
    && a.xMin === b.xMin && a.yMin === b.yMin && a.xMax === b.xMax && a.yMax === b.yMax);
}
