import { SupersededError } from "segmentation-client";
import type { AnnotatedObject, Candidate, PromptSpec } from "../annotation/types";
import type { SpeculativePrompt } from "../segmenting/routing/SpeculativePrompt";
import { inWords } from "../texts/errors";

/** Receives answers. */
export interface MaskRequestsListener {
  /** An object's masks have come: the best one, or all of them where the best one came before. */
  readonly onMasks: (id: number, prompt: PromptSpec, candidates: readonly Candidate[], isCompletion: boolean) => void;
  /** A request for an object has ended, with or without masks. */
  readonly onEnd: (id: number) => void;
  readonly onTrouble: (words: string) => void;
}

/** Requests masks of objects that have no answer, one request a prompt. */
export class MaskRequests {
  private readonly pending = new WeakSet<PromptSpec>();

  constructor(private readonly prompts: SpeculativePrompt, private readonly listener: MaskRequestsListener) {}

  /** Returns true if a prompt's answer is on its way. */
  isPending(prompt: PromptSpec): boolean {
    return this.pending.has(prompt);
  }

  /** Requests the masks of all objects without an answer whose request is not pending. */
  request(objects: readonly AnnotatedObject[]): void {
    for (const object of objects) {
      if (!object.answered && !this.pending.has(object.prompt)) {
        void this.requestOne(object);
      }
    }
  }

  private async requestOne({ id, prompt }: AnnotatedObject): Promise<void> {
    this.pending.add(prompt);
    try {
      const { candidates, all } = await this.prompts.segment(prompt);
      this.listener.onMasks(id, prompt, candidates, false);
      // If the others fail the best mask stays.
      all?.then((complete) => this.listener.onMasks(id, prompt, complete, true), () => undefined);
    } catch (error) {
      if (!(error instanceof SupersededError)) {
        this.listener.onTrouble(inWords(error));
      }
    } finally {
      this.pending.delete(prompt);
      this.listener.onEnd(id);
    }
  }
}
