import { type LiveSession, type LiveState, type SegmentationClient, StreamMode } from "segmentation-client";
import type { PromptSpec } from "../../annotation/types";
import type { OpenPicture, SegmentAnswer, Segmenter } from "../Segmenter";
import { toAnswer, toPrompt } from "./messages";

/** What the owner of a server segmenter must do for it. */
export interface ServerSegmenterOptions {
  /** Uploads a picture again. */
  readonly restore: (imageId: string) => Promise<unknown>;
  readonly onState: (state: LiveState, reason?: string) => void;
}

/**
 * Decodes on the server, over two live sessions: one that answers every click in order, one that drops what the
 * pointer has overtaken. A click is never waiting behind, nor dropped for, a movement.
 */
export class ServerSegmenter implements Segmenter {
  private readonly clicks: LiveSession;
  private readonly movements: LiveSession;

  constructor(client: SegmentationClient, { restore, onState }: ServerSegmenterOptions) {
    // Prompts say all points each time, so no answer is refined later and non-square pictures decode faster.
    const output = { refinable: false };
    this.clicks = client.live({ mode: StreamMode.ALL, output, restore, onState });
    this.movements = client.live({ mode: StreamMode.LATEST, output, restore });
  }

  open(picture: OpenPicture): Promise<void> {
    this.clicks.open(picture.id);
    this.movements.open(picture.id);
    return Promise.resolve();
  }

  async segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    return toAnswer(await this.clicks.segment(toPrompt(prompt)));
  }

  async preview(prompt: PromptSpec): Promise<SegmentAnswer> {
    return toAnswer(await this.movements.segment(toPrompt(prompt)));
  }

  /** Connects again at once instead of waiting. */
  reconnectNow(): void {
    this.clicks.reconnectNow();
    this.movements.reconnectNow();
  }

  close(): void {
    this.clicks.close();
    this.movements.close();
  }
}
