import type { Candidate, PromptSpec, Refinement } from "../annotation/types";

/** The answer to a prompt. */
export interface SegmentAnswer {
  /** Best predicted IoU first; where the rest comes later, that one alone, and its stability is not a number. */
  readonly candidates: readonly Candidate[];
  /** All of them, complete; nothing is lost but that when it rejects. */
  readonly all?: Promise<readonly Candidate[]>;
  /** Time the decoder took, in milliseconds, without waiting and without the way to it. */
  readonly decodeMs: number;
}

/** Decodes prompts on one picture at a time, on the server or here. */
export interface Segmenter {
  /** Goes on with this picture; returns when prompts on it can be answered. */
  open(picture: OpenPicture): Promise<void>;
  /** Answers a prompt. Rejects with SupersededError when another picture was opened. */
  segment(prompt: PromptSpec): Promise<SegmentAnswer>;
  /** Answers a prompt unless a newer one comes first; then rejects with SupersededError. */
  preview(prompt: PromptSpec): Promise<SegmentAnswer>;
  /** Makes ready what a prompt that refines this mask needs; without it such a prompt takes longer. */
  recall(refinement: Refinement): Promise<void>;
  /** Lets go of everything. */
  close(): void;
}

/** A picture the server knows. */
export interface OpenPicture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}
