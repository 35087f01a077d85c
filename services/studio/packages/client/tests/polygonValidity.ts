import type { Outline } from "../src/masks/index";

/**
 * Says why outlines are no valid MultiPolygon of OGC Simple Features that covers exactly these pixels; undefined when
 * they are one. Made for outlines along pixel edges, and independent of how they are traced: looks at unit edges,
 * corners and pixels only.
 *
 * @param pixels Row-major zeros and ones.
 */
export function problemOf(
  outlines: readonly Outline[],
  pixels: Uint8Array,
  width: number,
  height: number,
): string | undefined {
  const edges = new Set<number>();
  const vertical = new Uint8Array((width + 1) * height);
  for (const { coordinates } of outlines) {
    const corners = new Set<number>();
    for (let i = 0; i < coordinates.length; i += 2) {
      let [x, y] = [coordinates[i], coordinates[i + 1]];
      const [toX, toY] = [coordinates[(i + 2) % coordinates.length], coordinates[(i + 3) % coordinates.length]];
      if ((x === toX) === (y === toY)) {
        return `from ${x},${y} to ${toX},${toY} is no edge of pixels`;
      }
      while (x !== toX || y !== toY) {
        // A ring is simple when no place on it is passed twice.
        const corner = y * (width + 1) + x;
        if (corners.has(corner)) {
          return `a ring touches itself at ${x},${y}`;
        }
        corners.add(corner);
        const [nextX, nextY] = [x + Math.sign(toX - x), y + Math.sign(toY - y)];
        const edge = 2 * (Math.min(y, nextY) * (width + 1) + Math.min(x, nextX)) + Number(x === nextX);
        if (edges.has(edge)) {
          return `an edge at ${x},${y} occurs twice`;
        }
        edges.add(edge);
        if (x === nextX) {
          vertical[Math.min(y, nextY) * (width + 1) + x] = 1;
        }
        [x, y] = [nextX, nextY];
      }
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0, inside = 0; x < width; x++) {
      inside ^= vertical[y * (width + 1) + x];
      if (inside !== pixels[y * width + x]) {
        return `the pixel ${x},${y} is ${inside}`;
      }
    }
  }
  return problemOfPolygons(outlines, componentsOf(pixels, width, height), width);
}

/** An outer ring and the holes after it must cover one connected set of pixels, so that its inside is connected. */
function problemOfPolygons(outlines: readonly Outline[], { parts, sizes }: Components, width: number) {
  const seen = new Set<number>();
  let at = 0;
  while (at < outlines.length) {
    if (outlines[at].hole) {
      return "a hole comes without an outer ring";
    }
    let end = at + 1;
    while (end < outlines.length && outlines[end].hole) {
      end++;
    }
    const within = pixelsWithin(outlines.slice(at, end), width);
    const part = parts[within[0]];
    if (seen.has(part) || within.length !== sizes[part] || within.some((pixel) => parts[pixel] !== part)) {
      return `polygon ${seen.size} does not cover one connected part`;
    }
    seen.add(part);
    at = end;
  }
  return seen.size === sizes.length ? undefined : `${seen.size} polygons for ${sizes.length} connected parts`;
}

/** The pixels within rings, by the even-odd rule. */
function pixelsWithin(rings: readonly Outline[], width: number): number[] {
  const rows = new Map<number, number[]>();
  for (const { coordinates } of rings) {
    for (let i = 0; i < coordinates.length; i += 2) {
      const [x, from, to] = [coordinates[i], coordinates[i + 1], coordinates[(i + 3) % coordinates.length]];
      for (let y = Math.min(from, to); y < Math.max(from, to); y++) {
        rows.set(y, [...(rows.get(y) ?? []), x]);
      }
    }
  }
  const within: number[] = [];
  for (const [y, crossings] of rows) {
    crossings.sort((a, b) => a - b);
    for (let i = 0; i < crossings.length; i += 2) {
      for (let x = crossings[i]; x < crossings[i + 1]; x++) {
        within.push(y * width + x);
      }
    }
  }
  return within;
}

interface Components {
  /** For each pixel its part; -1 outside. */
  readonly parts: Int32Array;
  /** Pixels of each part. */
  readonly sizes: number[];
}

/** Numbers the 4-connected parts. */
function componentsOf(pixels: Uint8Array, width: number, height: number): Components {
  const parts = new Int32Array(pixels.length).fill(-1);
  const sizes: number[] = [];
  for (let start = 0; start < pixels.length; start++) {
    if (!pixels[start] || parts[start] >= 0) {
      continue;
    }
    const open = [start];
    const part = sizes.length;
    sizes.push(0);
    parts[start] = part;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      sizes[part]++;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (const [nextX, nextY] of [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]]) {
        const next = nextY * width + nextX;
        if (nextX >= 0 && nextX < width && nextY >= 0 && nextY < height && pixels[next] && parts[next] < 0) {
          parts[next] = part;
          open.push(next);
        }
      }
    }
  }
  return { parts, sizes };
}
