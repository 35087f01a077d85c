import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeCounts, fromPixels, outlinesOf, type RunLengths, toPixels } from "../src/masks/index";
import { problemOf } from "./polygonValidity";
import { randomMask, seeded } from "./randomMask";

/** Masks of the reference implementation, which the tests of the model library hold. */
const GOLDEN = join(import.meta.dirname, "../../../../../tests/Sam/Data/golden");

describe("outlines", () => {
  it("of one pixel go around it clockwise", () => {
    const [outline, ...others] = outlinesOf(fromPixels([0, 0, 0, 0, 1, 0], 3, 2));

    expect(others).toEqual([]);
    expect([...outline.coordinates]).toEqual([1, 1, 2, 1, 2, 2, 1, 2]);
    expect(outline.hole).toBe(false);
  });

  it("of a ring are one around it and one around its hole", () => {
    const outlines = outlinesOf(fromPixels([1, 1, 1, 1, 0, 1, 1, 1, 1], 3, 3));

    expect(outlines.map(({ hole }) => hole)).toEqual([false, true]);
    expect(outlines.map(({ coordinates }) => coordinates.length)).toEqual([8, 8]);
  });

  it("keep pixels apart that touch at a corner", () => {
    expect(outlinesOf(fromPixels([1, 0, 0, 1], 2, 2)).length).toBe(2);
    expect(outlinesOf(fromPixels([0, 1, 1, 0], 2, 2)).length).toBe(2);
  });

  it("that touch themselves are split", () => {
    const outlines = outlinesOf(fromPixels([1, 1, 1, 1, 0, 1, 1, 1, 0], 3, 3));

    expect(outlines.map(({ hole }) => hole)).toEqual([false, true]);
    expect(outlines.map(({ coordinates }) => [...coordinates])).toEqual([
      [0, 0, 3, 0, 3, 2, 2, 2, 2, 3, 0, 3],
      [2, 1, 1, 1, 1, 2, 2, 2],
    ]);
  });

  it("of every mask of four by four pixels are valid polygons", () => {
    for (let bits = 0; bits < 1 << 16; bits++) {
      const pixels = Uint8Array.from({ length: 16 }, (_, at) => (bits >> at) & 1);
      const problem = problemOf(outlinesOf(fromPixels(pixels, 4, 4)), pixels, 4, 4);
      // 65,536 calls of expect would take longer than everything else here.
      if (problem) {
        expect.fail(`${[...pixels].join("")}: ${problem}`);
      }
    }
  });

  it.each([
    ["a checkerboard", (x: number, y: number) => (x + y) % 2 === 0],
    ["rings around each other", (x: number, y: number) => Math.max(Math.abs(x - 20), Math.abs(y - 20)) % 2 === 0],
    ["rings that hang together at corners", (x: number, y: number) => (Math.abs(x - 20) + Math.abs(y - 20)) % 2 === 0],
    ["holes in chains", (x: number, y: number) => !(x % 4 === y % 4 || ((x + y) % 6 === 0 && x % 3 !== 1))],
  ])("of %s are valid polygons", (_, isInside) => {
    const [width, height] = [41, 43];
    const pixels = Uint8Array.from({ length: width * height }, (_, at) =>
      Number(isInside(at % width, Math.floor(at / width))));

    expect(problemOf(outlinesOf(fromPixels(pixels, width, height)), pixels, width, height)).toBeUndefined();
  });

  it("of any mask are valid polygons", () => {
    const random = seeded(4);
    for (let round = 0; round < 400; round++) {
      const { pixels, width, height } = randomMask(random, round < 300 ? 12 : 60);
      const outlines = outlinesOf(fromPixels(pixels, width, height));
      expect(problemOf(outlines, pixels, width, height)).toBeUndefined();
    }
  });

  const files = readdirSync(GOLDEN).filter((name) => name.endsWith(".json"));
  it.each(files)("of the masks of %s are valid polygons", (name) => {
    const masks = [...goldenMasks(JSON.parse(readFileSync(join(GOLDEN, name), "utf8")))];

    expect(masks.length).toBeGreaterThan(0);
    for (const mask of masks) {
      const pixels = toPixels(mask).map((value) => value & 1);
      expect(problemOf(outlinesOf(mask), pixels, mask.width, mask.height)).toBeUndefined();
    }
  });

  it("of nothing are none", () => {
    expect(outlinesOf(fromPixels([0, 0], 1, 2))).toEqual([]);
    expect(outlinesOf({ width: 0, height: 0, counts: new Uint32Array() })).toEqual([]);
  });

  it("of any mask enclose its pixels and nothing else", () => {
    const random = seeded(3);
    for (let round = 0; round < 400; round++) {
      const { pixels, width, height } = randomMask(random, 14);
      const outlines = outlinesOf(fromPixels(pixels, width, height));
      const filled = Uint8Array.from(pixels, (_, at) =>
        outlines.reduce((inside, { coordinates }) =>
          inside ^ Number(isAround(coordinates, (at % width) + 0.5, Math.floor(at / width) + 0.5)), 0));
      expect(filled).toEqual(pixels);
      const area = outlines.reduce((sum, { coordinates }) => sum + signedArea(coordinates), 0);
      expect(area).toBe(pixels.reduce((sum, value) => sum + value, 0));
      for (const { coordinates, hole } of outlines) {
        expect(signedArea(coordinates) < 0).toBe(hole);
      }
    }
  });
});

function isAround(coordinates: Int32Array, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = coordinates.length - 2; i < coordinates.length; j = i, i += 2) {
    const [x1, y1, x2, y2] = [coordinates[i], coordinates[i + 1], coordinates[j], coordinates[j + 1]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) {
      inside = !inside;
    }
  }
  return inside;
}

function signedArea(coordinates: Int32Array): number {
  let twice = 0;
  for (let i = 0, j = coordinates.length - 2; i < coordinates.length; j = i, i += 2) {
    twice += coordinates[j] * coordinates[i + 1] - coordinates[i] * coordinates[j + 1];
  }
  return twice / 2;
}

/** Every mask, wherever it lies: `counts`, and beside them or further out `size`. */
function* goldenMasks(value: unknown, size: readonly number[] = []): Generator<RunLengths> {
  if (Array.isArray(value)) {
    for (const item of value) {
      yield* goldenMasks(item, size);
    }
  } else if (value !== null && typeof value === "object") {
    const found = value as { size?: readonly number[]; counts?: string | readonly number[] };
    const [height, width] = found.size ?? size;
    if (found.counts !== undefined) {
      const { counts } = found;
      yield { height, width, counts: typeof counts === "string" ? decodeCounts(counts) : Uint32Array.from(counts) };
    } else {
      for (const item of Object.values(value)) {
        yield* goldenMasks(item, found.size ?? size);
      }
    }
  }
}
