import { areaOf, boxOf } from "segmentation-client/rle";
import type { MaskDecoder } from "segmentation-decoder";
import type { Candidate, PromptSpec } from "../../annotation/types";
import { fromFloat16 } from "./float16";
import { Geometry } from "./Geometry";
import { promptTensors } from "./promptTensors";
import { Rasterizer } from "./Rasterizer";

const LOGITS_PER_CELL = 4;

/** Masks of a picture's size from prompts on it. */
export class LocalDecoder {
  private geometry: Geometry | undefined;
  private rasterizer: Rasterizer | undefined;

  constructor(private readonly decoder: MaskDecoder) {}

  /** Computes what all prompts on a picture share, from its [256, 64, 64] binary16 embedding. */
  open(embedding: Uint16Array, width: number, height: number): void {
    this.decoder.open(fromFloat16(embedding));
    this.geometry = new Geometry(width, height);
    this.rasterizer = new Rasterizer(this.geometry);
  }

  /** Masks of a prompt, best predicted IoU first. */
  segment(prompt: PromptSpec): Candidate[] {
    const { geometry, rasterizer } = this;
    if (!geometry || !rasterizer) {
      throw new Error("No picture is open.");
    }
    const tensors = promptTensors(prompt, geometry);
    const { gridRows, gridColumns } = geometry;
    const { logits, predictedIou } = this.decoder.decode({ ...tensors, gridRows, gridColumns });
    const stride = gridColumns * LOGITS_PER_CELL;
    const plane = stride * gridRows * LOGITS_PER_CELL;
    const candidates = tensors.maskTokens.map((token, index) => {
      const mask = rasterizer.rasterize(logits.subarray(index * plane, (index + 1) * plane), stride);
      return { ...mask, area: areaOf(mask.runs), box: boxOf(mask.runs), predictedIou: predictedIou[token] };
    });
    return candidates.sort((a, b) => b.predictedIou - a.predictedIou);
  }
}
