import { outlinesOf, type RunLengths } from "segmentation-client/rle";
import { Spans } from "./Spans";
import type { Place } from "./stroke";

/** A closed ring of corners, in pixels of the picture. */
export type Ring = readonly Place[];

/**
 * The pixels whose centres lie inside of rings, by the even-odd rule: a ring in another one is a hole. Between two
 * rings that share an edge no pixel is lost or taken twice.
 */
export function polygonRuns(rings: readonly Ring[], width: number, height: number): RunLengths {
  const crossings = new Map<number, number[]>();
  for (const ring of rings) {
    ring.forEach((corner, index) => addEdge(crossings, corner, ring[(index + 1) % ring.length], width));
  }
  const spans = new Spans(width, height);
  for (const [column, ys] of crossings) {
    ys.sort((a, b) => a - b);
    for (let i = 0; i + 1 < ys.length; i += 2) {
      spans.add(column, Math.ceil(ys[i] - 0.5), Math.ceil(ys[i + 1] - 0.5));
    }
  }
  return spans.toRuns();
}

/** Notes where an edge crosses the middles of columns. */
function addEdge(crossings: Map<number, number[]>, a: Place, b: Place, width: number): void {
  const [left, right] = a.x < b.x ? [a, b] : [b, a];
  const first = Math.max(0, Math.ceil(left.x - 0.5));
  const last = Math.min(width, Math.ceil(right.x - 0.5));
  for (let column = first; column < last; column++) {
    const y = left.y + ((column + 0.5 - left.x) / (right.x - left.x)) * (right.y - left.y);
    const ys = crossings.get(column);
    if (ys) {
      ys.push(y);
    } else {
      crossings.set(column, [y]);
    }
  }
}

/**
 * The outlines of a mask as rings to be edited, with as few corners as a tolerance in pixels allows.
 * @param simplify Simplifies closed coordinates x0, y0, x1, y1 and so on.
 */
export function ringsOf(
  mask: RunLengths,
  tolerance: number,
  simplify: (coordinates: ArrayLike<number>, tolerance: number) => ArrayLike<number>,
): Ring[] {
  return outlinesOf(mask).map(({ coordinates }) => placesOf(simplify(coordinates, tolerance)))
    .filter((ring) => ring.length > 2);
}

function placesOf(coordinates: ArrayLike<number>): Ring {
  return Array.from(
    { length: coordinates.length / 2 }, (_, i) => ({ x: coordinates[2 * i], y: coordinates[2 * i + 1] }));
}

/** A corner of several rings. */
export interface Corner {
  readonly ring: number;
  readonly index: number;
}

/** Finds the corner nearest to a place, within a distance; null when there is none. */
export function cornerAt(rings: readonly Ring[], at: Place, distance: number): Corner | null {
  let found: Corner | null = null;
  let least = distance;
  rings.forEach((corners, ring) => corners.forEach((corner, index) => {
    const far = Math.hypot(corner.x - at.x, corner.y - at.y);
    if (far <= least) {
      [found, least] = [{ ring, index }, far];
    }
  }));
  return found;
}

/** Finds the edge nearest to a place, within a distance, by the corner that begins it; null when there is none. */
export function edgeAt(rings: readonly Ring[], at: Place, distance: number): Corner | null {
  let found: Corner | null = null;
  let least = distance;
  rings.forEach((corners, ring) => corners.forEach((corner, index) => {
    const far = distanceTo(corner, corners[(index + 1) % corners.length], at);
    if (far <= least) {
      [found, least] = [{ ring, index }, far];
    }
  }));
  return found;
}

/** Moves a corner. */
export function moveCorner(rings: readonly Ring[], { ring, index }: Corner, to: Place): Ring[] {
  return rings.map((corners, r) => (r === ring ? corners.map((corner, i) => (i === index ? to : corner)) : corners));
}

/** Adds a corner on the edge that a corner begins. */
export function addCorner(rings: readonly Ring[], { ring, index }: Corner, at: Place): Ring[] {
  return rings.map((corners, r) => (r === ring ? corners.toSpliced(index + 1, 0, at) : corners));
}

/** Removes a corner; with its last three a ring goes. */
export function removeCorner(rings: readonly Ring[], { ring, index }: Corner): Ring[] {
  return rings.map((corners, r) => (r === ring ? corners.toSpliced(index, 1) : corners))
    .filter((corners) => corners.length > 2);
}

function distanceTo(a: Place, b: Place, at: Place): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / square));
  return Math.hypot(a.x + share * dx - at.x, a.y + share * dy - at.y);
}
