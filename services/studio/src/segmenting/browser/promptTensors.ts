import type { DecodePrompt, Geometry } from "segmentation-decoder";
import type { MaskedPrompt } from "./protocol";

const PADDING = -1;
const TOP_LEFT = 2;
const BOTTOM_RIGHT = 3;

/** Converts a prompt to the decoder's tensors. As in the reference, a prompt without a box gets a padding point. */
export function promptTensors({ points, box, mask }: MaskedPrompt, geometry: Geometry): DecodePrompt {
  const coordinates: number[] = [];
  const labels: number[] = [];
  for (const { x, y, foreground } of points) {
    coordinates.push(geometry.toModelX(x), geometry.toModelY(y));
    labels.push(foreground ? 1 : 0);
  }
  if (box) {
    coordinates.push(geometry.toModelX(box.xMin), geometry.toModelY(box.yMin));
    coordinates.push(geometry.toModelX(box.xMax), geometry.toModelY(box.yMax));
    labels.push(TOP_LEFT, BOTTOM_RIGHT);
  } else {
    coordinates.push(0, 0);
    labels.push(PADDING);
  }
  const isAmbiguous = points.length === 1 && !box && !mask;
  return { coordinates, labels, maskTokens: isAmbiguous ? [1, 2, 3] : [0], ...(mask ? { mask } : {}) };
}
