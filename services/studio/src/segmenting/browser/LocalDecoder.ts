import { areaOf, boxOf } from "segmentation-client/rle";
import { Geometry, type MaskDecoder } from "segmentation-decoder";
import type { Candidate, PromptSpec } from "../../annotation/types";
import { fromFloat16 } from "./float16";
import { promptTensors } from "./promptTensors";

/** A candidate without its stability, which takes longer than all else of a large picture. */
export interface LocalMask {
  readonly candidate: Candidate;
  readonly countStability: () => number;
}

/** Candidates of the studio's prompts on a picture. */
export class LocalDecoder {
  private geometry: Geometry | undefined;

  constructor(private readonly decoder: MaskDecoder) {}

  /** Computes what all prompts on a picture share, from its [256, 64, 64] binary16 embedding. */
  open(embedding: Uint16Array, width: number, height: number): void {
    this.geometry = new Geometry(width, height);
    this.decoder.open(fromFloat16(embedding), this.geometry);
  }

  /** Masks of a prompt, best predicted IoU first, each made when it is taken, for as long as the picture is open. */
  *segment(prompt: PromptSpec): Generator<LocalMask> {
    if (!this.geometry) {
      throw new Error("No picture is open.");
    }
    for (const { runs, predictedIou, countStability } of this.decoder.segment(promptTensors(prompt, this.geometry))) {
      yield { candidate: { runs, predictedIou, area: areaOf(runs), box: boxOf(runs), stabilityScore: NaN }, countStability };
    }
  }
}
