import type { RunLengths } from "./runLengths.js";

/** One closed ring along pixel edges; the last corner is joined to the first. No corner occurs twice. */
export interface Outline {
  /** x0, y0, x1, y1, ... in pixels. Around the mask clockwise as seen, around a hole the other way. */
  readonly coordinates: Int32Array;
  /** True if the ring encloses a hole of the mask. */
  readonly hole: boolean;
}

const LEFT = 0;
const RIGHT = 1;

/**
 * Traces outlines of a mask by a sweep over its columns, without making its pixels. Where stretches of two neighbouring
 * columns begin or end in different rows, a vertical edge joins the ends of two horizontal edges.
 *
 * Each outer ring is followed by the rings of its holes, and these are a polygon. Pixels that touch only at a corner
 * belong to different polygons. An outline that touches itself at a corner is split there, so that every polygon is
 * valid by OGC Simple Features, and so are all together as a MultiPolygon.
 */
export function outlinesOf(mask: RunLengths): Outline[] {
  const edges = sweep(mask);
  const polygons = edges.polygons();
  const rings: { outline: Outline; polygon: number }[] = [];
  const seen = new Uint8Array(edges.length);
  const corners = new Int32Array(4 * edges.length);
  for (let first = 0; first < edges.length; first++) {
    if (!seen[first]) {
      rings.push({ outline: follow(edges, first, seen, corners), polygon: polygons[first] });
    }
  }
  // The sort is stable, and the outer ring of a polygon reaches furthest to the left: it was found first.
  return rings.sort((a, b) => a.polygon - b.polygon).map(({ outline }) => outline);
}

/** Horizontal edges: their place, whether the mask is below, and the edge at each end. */
class Edges {
  length = 0;
  row = new Int32Array(256);
  left = new Int32Array(256);
  right = new Int32Array(256);
  isTop = new Uint8Array(256);
  /** Under each edge where the mask ends: the edge above it, where that stretch of the mask began. */
  above = new Int32Array(256);
  /** Two an edge, left and right: twice the other edge's index, plus its side. */
  joined = new Int32Array(512);
  /** Pairs of ends that lie at one place, where two pixels touch at a corner. */
  readonly touching: [end: number, other: number][] = [];

  open(row: number, left: number, isTop: number, above: number): number {
    if (this.length === this.row.length) {
      this.grow();
    }
    const edge = this.length++;
    this.row[edge] = row;
    this.left[edge] = left;
    this.isTop[edge] = isTop;
    this.above[edge] = above;
    return edge;
  }

  join(end: number, other: number): void {
    this.joined[end] = other;
    this.joined[other] = end;
  }

  /** The edge that follows on the outline, the mask to the right of the way. */
  next(edge: number): number {
    return this.joined[2 * edge + (this.isTop[edge] ? RIGHT : LEFT)] >> 1;
  }

  /** For each edge the polygon that it bounds. Outlines that touch themselves are split. */
  polygons(): Int32Array {
    const polygons = new Int32Array(this.length).fill(-1);
    let count = 0;
    for (let first = 0; first < this.length; first++) {
      if (polygons[first] >= 0) {
        continue;
      }
      // The first edge of an outline is the upper one furthest to the left: at a hole the mask lies above it.
      const polygon = this.isTop[first] ? count++ : polygons[this.above[first]];
      for (let edge = first; polygons[edge] < 0; edge = this.next(edge)) {
        polygons[edge] = polygon;
      }
    }
    for (const [end, other] of this.touching) {
      if (polygons[end >> 1] === polygons[other >> 1]) {
        const [there, elsewhere] = [this.joined[end], this.joined[other]];
        this.join(end, elsewhere);
        this.join(other, there);
      }
    }
    return polygons;
  }

  private grow(): void {
    const size = this.row.length * 2;
    this.row = resized(this.row, new Int32Array(size));
    this.left = resized(this.left, new Int32Array(size));
    this.right = resized(this.right, new Int32Array(size));
    this.isTop = resized(this.isTop, new Uint8Array(size));
    this.above = resized(this.above, new Int32Array(size));
    this.joined = resized(this.joined, new Int32Array(size * 2));
  }
}

function resized<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Rows at which a column goes in and out of the mask, alternately, and the edges that go on from there to the right. */
class Crossings {
  count = 0;
  readonly rows: Int32Array;
  readonly edges: Int32Array;

  constructor(height: number) {
    [this.rows, this.edges] = [new Int32Array(height + 2), new Int32Array(height + 2)];
  }

  add(top: number, bottom: number): void {
    if (this.count > 0 && this.rows[this.count - 1] === top) {
      this.rows[this.count - 1] = bottom;
    } else {
      this.rows[this.count++] = top;
      this.rows[this.count++] = bottom;
    }
  }
}

function sweep({ height, width, counts }: RunLengths): Edges {
  const edges = new Edges();
  let [before, after] = [new Crossings(height), new Crossings(height)];
  let run = 1;
  let begin = counts.length > 0 ? counts[0] : 0;
  let end = begin + (counts.length > 1 ? counts[1] : 0);
  for (let column = 0; column <= width; column++) {
    after.count = 0;
    const origin = column * height;
    while (run < counts.length && begin < origin + height) {
      const bottom = Math.min(end, origin + height) - origin;
      const top = begin - origin;
      if (bottom > top) {
        after.add(top, bottom);
      }
      if (end > origin + height) {
        begin = origin + height;
        break;
      }
      begin = end + (run + 1 < counts.length ? counts[run + 1] : 0);
      end = begin + (run + 2 < counts.length ? counts[run + 2] : 0);
      run += 2;
    }
    if (before.count > 0 || after.count > 0) {
      joinColumns(edges, column, before, after);
    }
    [before, after] = [after, before];
  }
  return edges;
}

/** Joins edges at the line between two columns; returns those that go on to the right of it. */
function joinColumns(edges: Edges, x: number, before: Crossings, after: Crossings): void {
  let waiting = -1;
  let atCorner = -1;
  let i = 0;
  let j = 0;
  while (i < before.count || j < after.count) {
    const above = i < before.count ? before.rows[i] : Infinity;
    const below = j < after.count ? after.rows[j] : Infinity;
    if (above === below && ((i ^ j) & 1) === 0) {
      after.edges[j++] = before.edges[i++];
      continue;
    }
    let end: number;
    const touches = above === below;
    // At a shared corner the stretch that ends there is closed first, so that the two stay apart.
    if (above < below || (touches && (i & 1) === 1)) {
      const edge = before.edges[i++];
      edges.right[edge] = x;
      end = 2 * edge + RIGHT;
    } else {
      const edge = edges.open(below, x, (j & 1) ^ 1, j > 0 ? after.edges[j - 1] : -1);
      after.edges[j++] = edge;
      end = 2 * edge + LEFT;
    }
    if (waiting < 0) {
      waiting = end;
    } else {
      edges.join(waiting, end);
      waiting = -1;
    }
    if (atCorner >= 0) {
      edges.touching.push([atCorner, end]);
    }
    atCorner = touches ? end : -1;
  }
}

/** @param corners Room for all of its corners. */
function follow(edges: Edges, first: number, seen: Uint8Array, corners: Int32Array): Outline {
  let length = 0;
  let twiceArea = 0;
  let edge = first;
  do {
    seen[edge] = 1;
    const rightwards = edges.isTop[edge] === 1;
    const from = rightwards ? edges.left[edge] : edges.right[edge];
    const to = rightwards ? edges.right[edge] : edges.left[edge];
    corners[length++] = from;
    corners[length++] = edges.row[edge];
    corners[length++] = to;
    corners[length++] = edges.row[edge];
    twiceArea += (from - to) * edges.row[edge];
    edge = edges.next(edge);
  } while (edge !== first);
  return { coordinates: corners.slice(0, length), hole: twiceArea < 0 };
}
