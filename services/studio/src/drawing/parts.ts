import { areaOf, boxOf, forEachSpan, type RunLengths } from "segmentation-client/rle";
import { combine, emptyRuns, RunWriter } from "./runs";

/** Pixels of a region that lie together in one column. */
interface Piece {
  readonly column: number;
  readonly top: number;
  readonly bottom: number;
}

/** The detached parts of a mask, the largest first. Pixels that touch at a corner belong together. */
export function partsOf(mask: RunLengths): RunLengths[] {
  return regionsOf(mask, true).map((pieces) => runsOf(pieces, mask)).sort((a, b) => areaOf(b) - areaOf(a));
}

/** The largest detached part of a mask; the same object if there is only one. */
export function largestPart(mask: RunLengths): RunLengths {
  const parts = partsOf(mask);
  return parts.length > 1 ? parts[0] : mask;
}

/**
 * Fills the holes of a mask: every part of the background that does not reach the picture's edge. Background pixels that
 * touch at a corner only are different parts, as the mask's pixels beside them hold together. The same object if there
 * is no hole.
 */
export function fillHoles(mask: RunLengths): RunLengths {
  const { width, height, counts } = mask;
  const background = { width, height, counts: counts[0] === 0 ? counts.subarray(1) : Uint32Array.from([0, ...counts]) };
  const holes = regionsOf(background, false).filter((pieces) => pieces.every(({ column, top, bottom }) =>
    column > 0 && column < width - 1 && top > 0 && bottom < height));
  const pieces = holes.flat().sort((a, b) => a.column - b.column || a.top - b.top);
  return pieces.length === 0 ? mask : combine(mask, runsOf(pieces, mask), "or");
}

/** All masks together. */
export function join(masks: readonly RunLengths[]): RunLengths {
  return masks.reduce((all, mask) => combine(all, mask, "or"), emptyRuns(masks[0].width, masks[0].height));
}

/** Removes specks and holes that are smaller than a square of so many pixels a side, and rounds the edge by a majority. */
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

/** Pieces of each connected region. */
function regionsOf(mask: RunLengths, byCorners: boolean): Piece[][] {
  const pieces: Piece[] = [];
  forEachSpan(mask, (column, top, bottom) => pieces.push({ column, top, bottom }));
  const parents = Int32Array.from(pieces, (_, index) => index);
  const root = (index: number): number => {
    while (parents[index] !== index) {
      parents[index] = parents[parents[index]];
      index = parents[index];
    }
    return index;
  };
  const reach = byCorners ? 1 : 0;
  // Both go through the pieces in order; the right one is in the column after the left one's.
  for (let left = 0, right = 0; left < pieces.length && right < pieces.length;) {
    const [a, b] = [pieces[left], pieces[right]];
    if (b.column <= a.column) {
      right++;
    } else if (b.column > a.column + 1) {
      left++;
    } else {
      if (a.top < b.bottom + reach && b.top < a.bottom + reach) {
        const [first, second] = [root(left), root(right)];
        parents[Math.max(first, second)] = Math.min(first, second);
      }
      if (a.bottom <= b.bottom) {
        left++;
      } else {
        right++;
      }
    }
  }
  const regions = new Map<number, Piece[]>();
  pieces.forEach((piece, index) => {
    const region = regions.get(root(index));
    if (region) {
      region.push(piece);
    } else {
      regions.set(root(index), [piece]);
    }
  });
  return [...regions.values()];
}

function runsOf(pieces: readonly Piece[], { width, height }: RunLengths): RunLengths {
  const writer = new RunWriter(width, height);
  for (const { column, top, bottom } of pieces) {
    writer.span(column * height + top, column * height + bottom);
  }
  return writer.end();
}
