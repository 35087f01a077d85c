import { type Outline, outlinesOf, type RunLengths } from "segmentation-client/rle";

/** Outlines of masks in the canvas's form, for each step that they were drawn with. */
interface Known {
  readonly outlines: readonly Outline[];
  readonly paths: Map<number, Path2D>;
}

const known = new WeakMap<RunLengths, Known>();

/**
 * The outlines of a mask as a path in the picture's pixels, as exact as what the context draws on: corners that lie in the
 * same pixel of the canvas are one. Made once for each power of two, kept as long as the mask.
 */
export function pathOf(runs: RunLengths, context: CanvasRenderingContext2D): Path2D {
  let mask = known.get(runs);
  if (!mask) {
    mask = { outlines: outlinesOf(runs), paths: new Map() };
    known.set(runs, mask);
  }
  const step = stepOf(1 / context.getTransform().a);
  let path = mask.paths.get(step);
  if (!path) {
    path = new Path2D();
    for (const { coordinates } of mask.outlines) {
      trace(path, coarse(coordinates, step));
    }
    mask.paths.set(step, path);
  }
  return path;
}

/** The largest power of two that is no more than a canvas pixel, at least a pixel of the picture. */
export function stepOf(picturePixels: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(picturePixels)));
}

/** Corners moved to multiples of a step, those that then follow each other at one place once. */
export function coarse(coordinates: ArrayLike<number>, step: number): ArrayLike<number> {
  if (step === 1) {
    return coordinates;
  }
  const kept: number[] = [];
  for (let i = 0; i < coordinates.length; i += 2) {
    const x = Math.round(coordinates[i] / step) * step;
    const y = Math.round(coordinates[i + 1] / step) * step;
    if (kept.length === 0 || x !== kept[kept.length - 2] || y !== kept[kept.length - 1]) {
      kept.push(x, y);
    }
  }
  return kept;
}

function trace(path: Path2D, coordinates: ArrayLike<number>): void {
  path.moveTo(coordinates[0], coordinates[1]);
  for (let i = 2; i < coordinates.length; i += 2) {
    path.lineTo(coordinates[i], coordinates[i + 1]);
  }
  path.closePath();
}
