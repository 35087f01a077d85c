import type { RunLengths } from "segmentation-client/rle";

/** Logits of a prompt's masks. */
export interface DecodedLogits {
  /** [masks, 4 gridRows, 4 gridColumns] of the picture, or [masks, 256, 256]; valid until the next prompt. */
  readonly logits: Float32Array;
  /** Logits of a row. */
  readonly columns: number;
  /** [4]: of all output tokens, wanted or not. */
  readonly predictedIou: Float32Array;
}

/** A mask of the picture's size. */
export interface DecodedMask {
  readonly runs: RunLengths;
  readonly predictedIou: number;
  /** The low-resolution logits that it was made of. */
  readonly logits: Float32Array;
  /** Counts pixels with logits above +1 over pixels above -1, for as long as the picture is open. */
  readonly countStability: () => number;
}
