import { forEachSpan, iouOf, type RunLengths } from "segmentation-client/rle";

const SIDE = 256;
const MODEL_SIDE = 1024;
/** The decoder's own logits reach about as far; SAM was trained on its own logits as mask prompts. */
const CERTAIN = 10;
/** IoU below which masks are different. The same mask decoded at another place differs by less than 0.01. */
const LEAST_IOU = 0.9;

/**
 * The mask that a prompt refines, among the answers to the prompt before.
 * @param mask The mask; null for the best one.
 * @returns The index, or -1 when none of them is this mask, for example one that a search has found.
 */
export function indexOfRefined(mask: RunLengths | null, answers: readonly { readonly runs: RunLengths }[]): number {
  if (!mask) {
    return 0;
  }
  const ious = answers.map(({ runs }) => iouOf(runs, mask));
  const best = ious.indexOf(Math.max(...ious));
  return ious[best] >= LEAST_IOU ? best : -1;
}

/** [256, 256] logits of a mask that no prompt gave: the share of its pixels, from -10 (none) to 10 (all). */
export function logitsOf(mask: RunLengths): Float32Array {
  const { width, height } = mask;
  const longest = Math.max(width, height);
  // The picture ends at whole pixels of the model's square.
  const scaleOf = (size: number) => (SIDE / MODEL_SIDE) * Math.max(1, Math.floor((size * MODEL_SIDE) / longest + 0.5)) / size;
  const [across, down] = [scaleOf(width), scaleOf(height)];
  const shares = new Float32Array(SIDE * SIDE);
  forEachSpan(mask, (column, top, bottom) => {
    eachCell(column * across, (column + 1) * across, (x, part) =>
      eachCell(top * down, bottom * down, (y, other) => (shares[y * SIDE + x] += part * other)));
  });
  return shares.map((share) => CERTAIN * (2 * Math.min(1, share) - 1));
}

/** The cells that a stretch lies in, and how much of each it takes. */
function eachCell(from: number, to: number, visit: (cell: number, part: number) => void): void {
  const last = Math.min(SIDE, Math.ceil(to));
  for (let cell = Math.floor(from); cell < last; cell++) {
    visit(cell, Math.min(to, cell + 1) - Math.max(from, cell));
  }
}
