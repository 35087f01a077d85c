import { SupersededError } from "segmentation-client";
import type { AnnotatedObject, Candidate, PromptSpec } from "../annotation/types";
import type { EarlyPrompt } from "../segmenting/routing/SpeculativePrompt";
import { inWords } from "../texts/errors";

/** What becomes of answers. */
export interface AnsweringListener {
  /** An object's masks have come, or all of them where it had the best one. */
  readonly onMasks: (id: number, prompt: PromptSpec, candidates: readonly Candidate[], isCompletion: boolean) => void;
  /** Nothing is under way any more for an object that was asked for, with or without masks. */
  readonly onEnd: (id: number) => void;
  readonly onTrouble: (words: string) => void;
}

/** Gets objects their masks. */
export class Answering {
  private readonly asked = new WeakSet<PromptSpec>();

  constructor(private readonly prompts: EarlyPrompt, private readonly listener: AnsweringListener) {}

  /** Whether a prompt's answer is on its way. */
  isAsked(prompt: PromptSpec): boolean {
    return this.asked.has(prompt);
  }

  /** Asks for those objects that have no answer and are not asked for. */
  ask(objects: readonly AnnotatedObject[]): void {
    for (const object of objects) {
      if (!object.answered && !this.asked.has(object.prompt)) {
        void this.askFor(object);
      }
    }
  }

  private async askFor({ id, prompt }: AnnotatedObject): Promise<void> {
    this.asked.add(prompt);
    try {
      const { candidates, all } = await this.prompts.segment(prompt);
      this.listener.onMasks(id, prompt, candidates, false);
      // Without the rest there is the best mask.
      all?.then((complete) => this.listener.onMasks(id, prompt, complete, true), () => undefined);
    } catch (error) {
      if (!(error instanceof SupersededError)) {
        this.listener.onTrouble(inWords(error));
      }
    } finally {
      this.asked.delete(prompt);
      this.listener.onEnd(id);
    }
  }
}
