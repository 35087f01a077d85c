import { areaOf, boxOf, type RunLengths } from "segmentation-client/rle";
import type { Candidate } from "./types";

/** Part of a mask, or of its background, in one column: positions in column-major order. */
export interface Piece {
  readonly begin: number;
  readonly end: number;
}

/** Removes all regions of a mask that have fewer pixels than a limit, except the largest one. */
export function withoutSpecks(mask: RunLengths, pixels: number): RunLengths {
  const pieces = piecesOf(mask, 1);
  return flip(mask, small(pieces, mask.height, pixels, true));
}

/** Fills all holes of a mask that have fewer pixels than a limit, also at the picture's edge. */
export function withoutHoles(mask: RunLengths, pixels: number): RunLengths {
  const pieces = piecesOf(mask, 0);
  return flip(mask, small(pieces, mask.height, pixels, false));
}

/** Returns a mask with other pixels and the same scores; the same object if the pixels are the same. */
export function withRuns(mask: Candidate, runs: RunLengths): Candidate {
  return runs === mask.runs ? mask : { ...mask, runs, area: areaOf(runs), box: boxOf(runs) };
}

/** The pieces of a mask, or with 0 those of its background, in order. */
export function piecesOf({ height, counts }: RunLengths, inside: 0 | 1): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = at + counts[i];
    while (at < end) {
      const stop = Math.min(end, (Math.floor(at / height) + 1) * height);
      if ((i & 1) === inside) {
        pieces.push({ begin: at, end: stop });
      }
      at = stop;
    }
  }
  return pieces;
}

/**
 * Finds the connected regions of pieces: for each piece the index of the first piece of its region.
 * @param byCorners True where pixels that touch at a corner only are connected.
 */
export function regionsOf(pieces: readonly Piece[], height: number, byCorners: boolean): Int32Array {
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
    const column = Math.floor(pieces[left].begin / height) + 1;
    const other = Math.floor(pieces[right].begin / height);
    if (other < column) {
      right++;
    } else if (other > column) {
      left++;
    } else {
      if (pieces[left].begin + height < pieces[right].end + reach
        && pieces[right].begin < pieces[left].end + height + reach) {
        const [a, b] = [root(left), root(right)];
        // The first piece stands for its region.
        parents[Math.max(a, b)] = Math.min(a, b);
      }
      if (pieces[left].end + height <= pieces[right].end) {
        left++;
      } else {
        right++;
      }
    }
  }
  return parents.map((_, index) => root(index));
}

/**
 * Finds the pieces of regions with fewer pixels than a limit, in order. Regions are 8-connected, as in
 * segment-anything's remove_small_regions.
 */
function small(pieces: readonly Piece[], height: number, pixels: number, keepLargest: boolean): Piece[] {
  const regions = regionsOf(pieces, height, true);
  const areas = new Float64Array(pieces.length);
  pieces.forEach(({ begin, end }, index) => (areas[regions[index]] += end - begin));
  // Of equally large regions the first one is the largest.
  const largest = keepLargest && pieces.length > 0
    ? areas.indexOf(areas.reduce((most, area) => Math.max(most, area))) : -1;
  return pieces.filter((_, index) => regions[index] !== largest && areas[regions[index]] < pixels);
}

/**
 * Moves pieces to the other side: the edges of the mask and of the pieces, of which equal ones cancel each other. The
 * same object where there are no pieces.
 */
export function flip(mask: RunLengths, pieces: readonly Piece[]): RunLengths {
  if (pieces.length === 0) {
    return mask;
  }
  const edges: number[] = [];
  const add = (edge: number) => {
    if (edges[edges.length - 1] === edge) {
      edges.pop();
    } else {
      edges.push(edge);
    }
  };
  let at = 0;
  let next = 0;
  const end = mask.width * mask.height;
  // The end of the picture is no edge.
  const own = Array.from(mask.counts.subarray(0, -1), (count) => (at += count));
  for (const piece of pieces) {
    for (const edge of [piece.begin, piece.end]) {
      while (next < own.length && own[next] <= edge) {
        add(own[next++]);
      }
      add(edge);
    }
  }
  own.slice(next).forEach(add);
  const inner = edges.filter((edge) => edge < end);
  const counts = inner.map((edge, index) => edge - (inner[index - 1] ?? 0));
  counts.push(end - (inner[inner.length - 1] ?? 0));
  return { width: mask.width, height: mask.height, counts: Uint32Array.from(counts) };
}
