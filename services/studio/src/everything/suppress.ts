import { iouOf, type PixelBox } from "segmentation-client/rle";
import type { Candidate } from "../annotation/types";

/** IoU from which on two masks are the same object. */
const SAME_IOU = 0.9;

/**
 * Removes duplicates: of masks whose boxes overlap by more than a threshold, keeps the one of the best predicted IoU.
 * Reference: `batched_nms` in segment-anything's automatic_mask_generator.py.
 */
export function suppress<T extends Candidate>(masks: readonly T[], boxNmsThresh: number): T[] {
  const kept: T[] = [];
  for (const mask of masks.toSorted((a, b) => b.predictedIou - a.predictedIou)) {
    if (kept.every(({ box }) => boxIou(box, mask.box) <= boxNmsThresh)) {
      kept.push(mask);
    }
  }
  return kept;
}

/** Leaves out the masks that are among others already. */
export function without<T extends Candidate>(masks: readonly T[], others: readonly Candidate[]): T[] {
  return masks.filter((mask) => others.every((other) =>
    // Comparing boxes is faster and decides most pairs.
    boxIou(mask.box, other.box) < SAME_IOU / 2 || iouOf(mask.runs, other.runs) < SAME_IOU));
}

function boxIou(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const intersection = Math.max(0, width) * Math.max(0, height);
  const union = a.width * a.height + b.width * b.height - intersection;
  return union === 0 ? 1 : intersection / union;
}
