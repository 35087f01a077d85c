import type { Candidate, PromptSpec, Refinement } from "../annotation/types";

/** The answer to a prompt. */
export interface SegmentAnswer {
  /** Best predicted IoU first. Where `all` follows, the best one only, whose stability is not a number. */
  readonly candidates: readonly Candidate[];
  /** All masks, complete. If this rejects, `candidates` stay valid. */
  readonly all?: Promise<readonly Candidate[]>;
  /** Time of the decoder in milliseconds, without waiting and transfer. */
  readonly decodeMs: number;
}

/** Decodes prompts on one picture at a time, on the server or in the browser. */
export interface Segmenter {
  /** Opens a picture; returns when prompts on it can be answered. */
  open(picture: OpenPicture): Promise<void>;
  /** Answers a prompt. Rejects with SupersededError when another picture was opened. */
  segment(prompt: PromptSpec): Promise<SegmentAnswer>;
  /** Answers a prompt unless a newer one comes first; then rejects with SupersededError. */
  preview(prompt: PromptSpec): Promise<SegmentAnswer>;
  /** Prepares a mask for prompts that refine it. Without this call such a prompt takes longer. */
  recall(refinement: Refinement): Promise<void>;
  /** Frees all resources. */
  close(): void;
}

/** A picture that the server has. */
export interface OpenPicture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Id of the model that made its embedding. */
  readonly model: string;
}
