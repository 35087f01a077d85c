import type { PromptSpec } from "../../annotation/types";
import type { Geometry } from "./Geometry";

/** A prompt as the decode graph takes it. */
export interface PromptTensors {
  /** Points, padding and box corners included. */
  readonly tokens: number;
  /** [1, tokens, 2] pixels of the model's square. */
  readonly coordinates: Float32Array;
  /** [1, tokens]: -1 padding, 0 background, 1 foreground, 2 and 3 the corners of a box. */
  readonly labels: Float32Array;
  /** Output tokens wanted: 0 for one mask, 1 to 3 for the three of an ambiguous prompt. */
  readonly maskTokens: BigInt64Array;
}

const PADDING = -1;
const TOP_LEFT = 2;
const BOTTOM_RIGHT = 3;

/** Without a box one padding point is added, as the reference does. One point and nothing else is ambiguous. */
export function promptTensors({ points, box }: PromptSpec, geometry: Geometry): PromptTensors {
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
  return {
    tokens: labels.length,
    coordinates: Float32Array.from(coordinates),
    labels: Float32Array.from(labels),
    maskTokens: points.length === 1 && !box ? BigInt64Array.of(1n, 2n, 3n) : BigInt64Array.of(0n),
  };
}
