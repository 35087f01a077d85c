import type { RunLengths } from "segmentation-client/rle";
import {
  type LiveSession, type LiveState, type SegmentationClient, SegmentationError, type StreamAnswer, StreamMode,
} from "segmentation-client";
import { isEmpty, type PromptSpec, type Refinement } from "../../annotation/types";
import { indexOfRefined, logitsOf } from "../maskLogits";
import type { OpenPicture, SegmentAnswer, Segmenter } from "../Segmenter";
import { type MaskPrompt, toAnswer, toCandidate, toPrompt } from "./messages";

/** Functions that a server segmenter needs of its owner. */
export interface ServerSegmenterOptions {
  /** Uploads a picture again. */
  readonly restore: (imageId: string) => Promise<unknown>;
  readonly onState: (state: LiveState, reason?: string) => void;
}

/** Makes the server keep whole logits for a next prompt. For pictures that are not square it then decodes longer. */
const REFINABLE = { refinable: true };

/**
 * Decodes on the server, over two live sessions: one answers every click in order, one drops movements of the pointer
 * that newer ones supersede. A click never waits for a movement, nor is it dropped for one.
 */
export class ServerSegmenter implements Segmenter {
  private readonly clicks: LiveSession;
  private readonly movements: LiveSession;
  /** Ids of masks that this session was answered with. */
  private ids = new WeakMap<RunLengths, string>();
  private recalled = new WeakSet<RunLengths>();

  constructor(client: SegmentationClient, { restore, onState }: ServerSegmenterOptions) {
    // Most answers are not refined, and pictures that are not square decode faster when none is to be.
    const output = { refinable: false };
    this.clicks = client.live({ mode: StreamMode.ALL, output, restore, onState });
    this.movements = client.live({ mode: StreamMode.LATEST, output, restore });
  }

  open(picture: OpenPicture): Promise<void> {
    this.clicks.open(picture.id, picture.model);
    this.movements.open(picture.id, picture.model);
    this.forgetMasks();
    return Promise.resolve();
  }

  async segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    return this.noted(await this.ask(prompt));
  }

  async preview(prompt: PromptSpec): Promise<SegmentAnswer> {
    // A session knows the masks that it has answered with.
    return prompt.refines ? this.segment(prompt) : toAnswer(await this.movements.segment(toPrompt(prompt)));
  }

  async recall({ prompt, mask }: Refinement): Promise<void> {
    if (mask && !isEmpty(prompt) && !this.recalled.has(mask.runs)) {
      this.recalled.add(mask.runs);
      // The same prompt gives the same ids: the server knows these masks again.
      await this.ask(prompt, REFINABLE);
    }
  }

  /** Connects again at once instead of waiting. */
  reconnectNow(): void {
    this.clicks.reconnectNow();
    this.movements.reconnectNow();
  }

  /** Leaves both connections and opens others. Masks of the earlier ones have no names there. */
  reconnect(): void {
    this.clicks.reconnect();
    this.movements.reconnect();
  }

  close(): void {
    this.clicks.close();
    this.movements.close();
    this.forgetMasks();
  }

  private async ask(prompt: PromptSpec, output?: typeof REFINABLE): Promise<StreamAnswer> {
    const { refines } = prompt;
    if (!refines) {
      return this.clicks.segment(toPrompt(prompt), output);
    }
    try {
      return await this.clicks.segment(toPrompt(prompt, await this.maskOf(refines)), output);
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.reason !== "MASK_NOT_FOUND") {
        throw error;
      }
      // Another session does not know the mask: the prompts that led to it are asked again.
      this.forgetMasks();
      return this.clicks.segment(toPrompt(prompt, await this.maskOf(refines)), output);
    }
  }

  /** The mask that a prompt refines: by its name, or itself when no prompt gives it. */
  private async maskOf(refines: Refinement): Promise<MaskPrompt> {
    const { prompt, mask } = refines;
    if (mask && isEmpty(prompt)) {
      // Drawn, imported or found by a run: there is no prompt to ask again.
      return { logits: logitsOf(mask.runs) };
    }
    const known = mask && this.ids.get(mask.runs);
    if (known) {
      return { id: known };
    }
    const { result } = await this.ask(prompt, REFINABLE);
    const masks = result?.masks ?? [];
    const index = indexOfRefined(mask?.runs ?? null, masks.map(toCandidate));
    if (index < 0) {
      return { logits: logitsOf(mask!.runs) };
    }
    if (mask) {
      this.ids.set(mask.runs, masks[index].id);
    }
    return { id: masks[index].id };
  }

  private noted(answer: StreamAnswer): SegmentAnswer {
    const segmented = toAnswer(answer);
    segmented.candidates.forEach(({ runs }, index) => this.ids.set(runs, answer.result!.masks[index].id));
    return segmented;
  }

  private forgetMasks(): void {
    this.ids = new WeakMap();
    this.recalled = new WeakSet();
  }
}
