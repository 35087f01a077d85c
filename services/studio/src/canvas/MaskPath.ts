import { type Outline, outlinesOf, type RunLengths } from "segmentation-client/rle";

/** Outlines of masks in the canvas's form, for each step that they were drawn with. */
interface Known {
  readonly outlines: readonly Outline[];
  readonly paths: Map<number, Path2D>;
}

const known = new WeakMap<RunLengths, Known>();

/**
 * The outlines of a mask as a path in the picture's pixels, exact to half a pixel of the canvas where that is more than
 * one of the picture. Computed once for each power of two, and kept as long as the mask.
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
      trace(path, simplify(coordinates, step > 1 ? step / 2 : 0));
    }
    mask.paths.set(step, path);
  }
  return path;
}

/** The largest power of two that is no more than a canvas pixel, at least a pixel of the picture. */
export function stepOf(picturePixels: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(picturePixels)));
}

/**
 * Simplifies a closed outline: no omitted corner is further than a tolerance from the new lines. A line goes as far as
 * there is a direction that passes all corners on its way closely enough (sleeve fitting, Zhao and Saalfeld 1997).
 */
export function simplify(coordinates: ArrayLike<number>, tolerance: number): ArrayLike<number> {
  if (tolerance === 0) {
    return coordinates;
  }
  const kept = [coordinates[0], coordinates[1]];
  let [fromX, fromY] = kept;
  let farthest = 0;
  // Directions between which the next corner has to lie.
  let [leftX, leftY, rightX, rightY] = [0, 0, 0, 0];
  for (let i = 2; i < coordinates.length; i += 2) {
    let dx = coordinates[i] - fromX;
    let dy = coordinates[i + 1] - fromY;
    let distance = Math.sqrt(dx * dx + dy * dy);
    const isOutside = leftX * dy - leftY * dx > 0 || rightX * dy - rightY * dx < 0;
    if (farthest > 0 && (isOutside || distance + tolerance < farthest)) {
      fromX = coordinates[i - 2];
      fromY = coordinates[i - 1];
      kept.push(fromX, fromY);
      dx = coordinates[i] - fromX;
      dy = coordinates[i + 1] - fromY;
      distance = Math.sqrt(dx * dx + dy * dy);
      farthest = 0;
    }
    if (distance <= tolerance) {
      continue;
    }
    const sine = tolerance / distance;
    const cosine = Math.sqrt(1 - sine * sine);
    const toLeftX = dx * cosine - dy * sine;
    const toLeftY = dy * cosine + dx * sine;
    if (farthest === 0 || toLeftX * leftY - toLeftY * leftX > 0) {
      leftX = toLeftX;
      leftY = toLeftY;
    }
    const toRightX = dx * cosine + dy * sine;
    const toRightY = dy * cosine - dx * sine;
    if (farthest === 0 || toRightX * rightY - toRightY * rightX < 0) {
      rightX = toRightX;
      rightY = toRightY;
    }
    farthest = Math.max(farthest, distance);
  }
  kept.push(coordinates[coordinates.length - 2], coordinates[coordinates.length - 1]);
  return kept;
}

function trace(path: Path2D, coordinates: ArrayLike<number>): void {
  path.moveTo(coordinates[0], coordinates[1]);
  for (let i = 2; i < coordinates.length; i += 2) {
    path.lineTo(coordinates[i], coordinates[i + 1]);
  }
  path.closePath();
}
