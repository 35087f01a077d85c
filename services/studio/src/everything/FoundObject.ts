import type { Candidate, PointPrompt } from "../annotation/types";

/** A mask that was found without a prompt. */
export interface FoundObject extends Candidate {
  /** The grid point that found it. */
  readonly point: PointPrompt;
}
