import { areaOf, boxOf, forEachSpan, type RunLengths } from "segmentation-client/rle";
import { flip, type Piece, piecesOf, regionsOf } from "../annotation/regions";
import { combine, emptyRuns, RunWriter } from "./runs";

/** The detached parts of a mask, the largest first. Pixels that touch at a corner belong together. */
export function partsOf(mask: RunLengths): RunLengths[] {
  const pieces = piecesOf(mask, 1);
  const regions = regionsOf(pieces, mask.height, true);
  const parts = new Map<number, RunWriter>();
  pieces.forEach(({ begin, end }, index) => {
    const writer = parts.get(regions[index]) ?? new RunWriter(mask.width, mask.height);
    parts.set(regions[index], writer);
    writer.span(begin, end);
  });
  return [...parts.values()].map((writer) => writer.end()).sort((a, b) => areaOf(b) - areaOf(a));
}

/** The largest detached part of a mask; the same object if there is only one. */
export function largestPart(mask: RunLengths): RunLengths {
  const parts = partsOf(mask);
  return parts.length > 1 ? parts[0] : mask;
}

/**
 * Fills the holes of a mask: every part of the background that does not reach the picture's edge. Background pixels
 * that touch at a corner only are different parts, as the mask's pixels beside them belong together. Returns the same
 * object where there is no hole.
 */
export function fillHoles(mask: RunLengths): RunLengths {
  const { width, height } = mask;
  const pieces = piecesOf(mask, 0);
  const regions = regionsOf(pieces, height, false);
  const isAtEdge = ({ begin, end }: Piece) =>
    begin < height || begin >= (width - 1) * height || begin % height === 0 || end % height === 0;
  const outside = new Set(regions.filter((_, index) => isAtEdge(pieces[index])));
  return flip(mask, pieces.filter((_, index) => !outside.has(regions[index])));
}

/** All masks together. */
export function join(masks: readonly RunLengths[]): RunLengths {
  return masks.reduce((all, mask) => combine(all, mask, "or"), emptyRuns(masks[0].width, masks[0].height));
}

/**
 * Smooths a mask: a pixel is inside where most pixels of the square around it are. Specks and holes much smaller than
 * the square go.
 * @param radius Pixels from the middle of the square to its edge.
 */
export function smooth(mask: RunLengths, radius: number): RunLengths {
  const box = boxOf(mask);
  if (box.width === 0) {
    return mask;
  }
  const left = Math.max(0, box.x - radius);
  const top = Math.max(0, box.y - radius);
  const width = Math.min(mask.width, box.x + box.width + radius) - left;
  const height = Math.min(mask.height, box.y + box.height + radius) - top;
  // Sums over all pixels above and left of a corner, with a border of zeros.
  const sums = new Uint32Array((width + 1) * (height + 1));
  forEachSpan(mask, (column, from, to) => {
    for (let y = from; y < to; y++) {
      sums[(column - left + 1) * (height + 1) + y - top + 1] = 1;
    }
  });
  for (let x = 1; x <= width; x++) {
    for (let y = 1, column = 0; y <= height; y++) {
      column += sums[x * (height + 1) + y];
      sums[x * (height + 1) + y] = column + sums[(x - 1) * (height + 1) + y];
    }
  }
  const at = (x: number, y: number) => sums[x * (height + 1) + y];
  const writer = new RunWriter(mask.width, mask.height);
  for (let x = 0; x < width; x++) {
    const [x0, x1] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
    for (let y = 0; y < height; y++) {
      const [y0, y1] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
      const inside = at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0);
      if (2 * inside > (x1 - x0) * (y1 - y0)) {
        const pixel = (left + x) * mask.height + top + y;
        writer.span(pixel, pixel + 1);
      }
    }
  }
  return writer.end();
}
