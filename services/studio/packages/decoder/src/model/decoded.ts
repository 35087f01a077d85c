import type { RunLengths } from "segmentation-client/rle";

/** Logits of a prompt's masks. */
export interface DecodedLogits {
  /** [masks, 4 gridRows, 4 gridColumns] of the image, or [masks, 256, 256]; valid until the next prompt. */
  readonly logits: Float32Array;
  /** Logits in a row. */
  readonly columns: number;
  /** [4]: of all output tokens, wanted or not. */
  readonly predictedIou: Float32Array;
}

/** A mask of the image's size. */
export interface DecodedMask {
  readonly runs: RunLengths;
  readonly predictedIou: number;
  /** The low-resolution logits it was computed from. */
  readonly logits: Float32Array;
  /** Computes the stability score, pixels with logits above +1 over pixels above -1; only while the image is open. */
  readonly countStability: () => number;
}
