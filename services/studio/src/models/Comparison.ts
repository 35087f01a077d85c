import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { Code, type SegmentationClient, SegmentationError } from "segmentation-client";
import { iouOf } from "segmentation-client/rle";
import { type AnnotatedObject, type Candidate, maskOf, type PromptSpec } from "../annotation/types";
import type { Picture } from "../picture/Picture";
import { toCandidate, toMilliseconds, toPrompt } from "../segmenting/server/messages";
import { inWords } from "../texts/errors";

/** The other model's answer to a prompt. */
export interface OtherAnswer {
  /** Id of the model. */
  readonly model: string;
  readonly prompt: PromptSpec;
  /** Best predicted IoU first. */
  readonly candidates: readonly Candidate[];
  readonly decodeMs: number;
}

/** Asks another model the prompt of the active object, for a look at both masks. */
export class Comparison {
  /** Id of the other model; empty while nothing is compared. */
  readonly other = signal("");
  /** The other model's answer to the active object's prompt; null until it is there. */
  readonly answer = signal<OtherAnswer | null>(null);
  /** Reason why there is no answer. */
  readonly trouble = signal<string | null>(null);
  /** True while the other model's mask is shown on the picture in place of the object's. */
  readonly showsOther = signal(false);
  /** The mask to show in place of the active object's; null for the object's own. */
  readonly shown = computed(() => this.showsOther.value ? this.best.value : null);
  /** The other model's best mask for the prompt as it is now. */
  readonly best = computed(() => {
    const answer = this.answer.value;
    return answer?.model === this.other.value && answer.prompt === this.active.value?.prompt
      ? answer.candidates[0] ?? null
      : null;
  });
  /** IoU of both masks; null while one is missing. */
  readonly agreement = computed(() => {
    const own = this.active.value && maskOf(this.active.value);
    return own && this.best.value ? iouOf(own.runs, this.best.value.runs) : null;
  });
  private asking: AbortController | undefined;

  /**
   * @param active The object whose prompt is compared.
   * @param restore Uploads the open picture for a model.
   */
  constructor(
    private readonly client: SegmentationClient,
    private readonly picture: ReadonlySignal<Picture | null>,
    private readonly active: ReadonlySignal<AnnotatedObject | undefined>,
    private readonly restore: (model: string) => Promise<unknown>,
  ) {
    effect(() => this.ask());
  }

  /** Chooses the other model; empty for none. */
  compareWith(id: string): void {
    this.showsOther.value = false;
    this.other.value = id;
  }

  private ask(): void {
    const [model, object, picture] = [this.other.value, this.active.value, this.picture.value];
    if (model && model === picture?.model) {
      // The picture has got the compared model: there is nothing left to compare with.
      this.compareWith("");
      return;
    }
    const prompt = object?.answered ? object.prompt : undefined;
    const answer = this.answer.peek();
    if (model && prompt && answer?.model === model && answer.prompt === prompt) {
      return;
    }
    this.asking?.abort();
    this.answer.value = null;
    this.trouble.value = null;
    if (model && prompt && picture?.id) {
      this.asking = new AbortController();
      void this.fetch(picture.id, model, prompt, this.asking.signal);
    }
  }

  private async fetch(id: string, model: string, prompt: PromptSpec, signal: AbortSignal): Promise<void> {
    try {
      const answer = await this.segment(id, model, prompt, signal);
      if (!signal.aborted) {
        this.answer.value = answer;
      }
    } catch (error) {
      if (!signal.aborted) {
        this.trouble.value = inWords(error);
      }
    }
  }

  private async segment(id: string, model: string, prompt: PromptSpec, signal: AbortSignal): Promise<OtherAnswer> {
    // Points and box: the mask that the object's prompt refines is the first model's.
    const request = { image: { case: "imageId" as const, value: id }, prompts: [toPrompt(prompt)], model };
    let response;
    try {
      response = await this.client.segment(request, signal);
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.code !== Code.NotFound) {
        throw error;
      }
      await this.restore(model);
      response = await this.client.segment(request, signal);
    }
    const candidates = (response.results[0]?.masks ?? []).map(toCandidate);
    return { model, prompt, candidates, decodeMs: toMilliseconds(response.decodeDuration) };
  }
}
