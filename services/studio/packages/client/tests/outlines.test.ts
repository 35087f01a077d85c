import { describe, expect, it } from "vitest";
import { fromPixels, outlinesOf } from "../src/masks/index";
import { randomMask, seeded } from "./randomMask";

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
