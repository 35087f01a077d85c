import type { Duration } from "@bufbuild/protobuf/wkt";
import { decodeCounts, type Mask, PointLabel, type StreamAnswer } from "segmentation-client";
import type { Candidate, PromptSpec } from "../../annotation/types";
import type { SegmentAnswer } from "../Segmenter";

/** A mask that a prompt refines: named, or as [256, 256] logits. */
export type MaskPrompt = { readonly id: string } | { readonly logits: Float32Array };

/** A prompt as the contract has it. */
export function toPrompt({ points, box }: PromptSpec, mask?: MaskPrompt) {
  return {
    points: points.map(({ x, y, foreground }) => ({
      x, y, label: foreground ? PointLabel.FOREGROUND : PointLabel.BACKGROUND,
    })),
    ...(box ? { box: { ...box } } : {}),
    ...(mask ? { mask: { source: toSource(mask) } } : {}),
  };
}

function toSource(mask: MaskPrompt) {
  return "id" in mask
    ? { case: "maskId" as const, value: mask.id }
    : { case: "logits" as const, value: new Uint8Array(mask.logits.buffer) };
}

/** A mask of the contract. */
export function toCandidate(mask: Mask): Candidate {
  const [height = 0, width = 0] = mask.rle?.size ?? [];
  const box = mask.boundingBox;
  return {
    runs: { height, width, counts: decodeCounts(mask.rle?.counts ?? "") },
    area: Number(mask.area),
    box: { x: box?.x ?? 0, y: box?.y ?? 0, width: box?.width ?? 0, height: box?.height ?? 0 },
    predictedIou: mask.predictedIou,
    stabilityScore: mask.stabilityScore,
  };
}

/** An answer of a live session. */
export function toAnswer(answer: StreamAnswer): SegmentAnswer {
  return {
    candidates: (answer.result?.masks ?? []).map(toCandidate),
    decodeMs: toMilliseconds(answer.decodeDuration),
  };
}

/** A duration in milliseconds; zero when there is none. */
export function toMilliseconds(duration: Duration | undefined): number {
  return duration ? Number(duration.seconds) * 1000 + duration.nanos / 1e6 : 0;
}
