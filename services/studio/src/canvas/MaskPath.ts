import { type Outline, outlinesOf, type RunLengths } from "segmentation-client/rle";

/** A mask's outlines and the same as a path in the picture's pixels. */
export interface MaskPath {
  readonly outlines: readonly Outline[];
  readonly path: Path2D;
}

const known = new WeakMap<RunLengths, MaskPath>();

/** The outlines of a mask; made once, kept as long as the mask. */
export function pathOf(runs: RunLengths): MaskPath {
  let path = known.get(runs);
  if (!path) {
    const outlines = outlinesOf(runs);
    path = { outlines, path: trace(outlines) };
    known.set(runs, path);
  }
  return path;
}

function trace(outlines: readonly Outline[]): Path2D {
  const path = new Path2D();
  for (const { coordinates } of outlines) {
    path.moveTo(coordinates[0], coordinates[1]);
    for (let i = 2; i < coordinates.length; i += 2) {
      path.lineTo(coordinates[i], coordinates[i + 1]);
    }
    path.closePath();
  }
  return path;
}
