import { areaOf, fromPixels, outlinesOf, type RunLengths, toPixels } from "segmentation-client/rle";
import { describe, expect, it } from "vitest";
import { simplify } from "../src/canvas/MaskPath";
import { fillHoles, join, largestPart, partsOf, smooth } from "../src/drawing/parts";
import { addCorner, cornerAt, edgeAt, moveCorner, polygonRuns, removeCorner, ringsOf } from "../src/drawing/polygon";
import { type Combination, combine, emptyRuns, isSameRuns } from "../src/drawing/runs";
import { strokeRuns } from "../src/drawing/stroke";
import { randomMask, seeded } from "../packages/client/tests/randomMask";

describe("two masks", () => {
  it("are combined pixel by pixel", () => {
    const rules: Record<Combination, (a: number, b: number) => boolean> = {
      or: (a, b) => a + b > 0, andNot: (a, b) => a > 0 && b === 0,
    };
    for (let seed = 1; seed <= 80; seed++) {
      const random = seeded(seed);
      const { pixels, width, height } = randomMask(random, 24);
      const others = pixels.map(() => (random() < 0.4 ? 255 : 0));
      const own = pixels.map((pixel) => (pixel ? 255 : 0));
      for (const [how, rule] of Object.entries(rules) as [Combination, (a: number, b: number) => boolean][]) {
        const wanted = Array.from(own, (pixel, i) => (rule(pixel, others[i]) ? 255 : 0));
        const got = combine(fromPixels(own, width, height), fromPixels(others, width, height), how);
        expect(Array.from(toPixels(got)), `${how}, seed ${seed}`).toEqual(wanted);
        expect(isSameRuns(got, fromPixels(wanted, width, height))).toBe(true);
      }
    }
  });

  it("of different sizes are refused", () => {
    expect(() => combine(emptyRuns(3, 4), emptyRuns(4, 3), "or")).toThrow("3x4 and 4x3");
  });
});

describe("a brush", () => {
  it("takes the pixels whose centres are near enough to its way, and no others", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const [width, height] = [12 + Math.floor(random() * 40), 12 + Math.floor(random() * 40)];
      const places = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
        x: random() * (width + 10) - 5, y: random() * (height + 10) - 5,
      }));
      const diameter = 1.5 + random() * 14;
      const pixels = toPixels(strokeRuns(places, diameter, width, height));
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const far = distanceTo(places, x + 0.5, y + 0.5);
          const isUnder = places.some((place) => Math.floor(place.x) === x && Math.floor(place.y) === y);
          if (Math.abs(far - diameter / 2) > 1e-9) {
            expect(pixels[y * width + x] > 0, `${x}, ${y}, seed ${seed}`).toBe(far < diameter / 2 || isUnder);
          }
        }
      }
    }
  });

  it("of one pixel draws and erases single pixels", () => {
    const dot = strokeRuns([{ x: 3.2, y: 1.9 }], 1, 8, 5);

    expect(areaOf(dot)).toBe(1);
    expect(toPixels(dot)[8 + 3]).toBe(255);
    expect(areaOf(combine(dot, dot, "andNot"))).toBe(0);
  });
});

describe("a polygon", () => {
  it("that follows a mask's outlines is that mask", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { pixels, width, height } = randomMask(seeded(seed), 30);
      const mask = fromPixels(pixels, width, height);
      const rings = ringsOf(mask, 0, simplify);
      expect(isSameRuns(polygonRuns(rings, width, height), mask), `seed ${seed}`).toBe(true);
      expect(rings.length).toBe(outlinesOf(mask).length);
    }
  });

  it("may leave the picture, and shares no pixel with its neighbour", () => {
    const left = [{ x: -5, y: -5 }, { x: 6.5, y: -5 }, { x: 4.5, y: 20 }, { x: -5, y: 20 }];
    const right = [{ x: 6.5, y: -5 }, { x: 20, y: -5 }, { x: 20, y: 20 }, { x: 4.5, y: 20 }];
    const [a, b] = [polygonRuns([left], 11, 9), polygonRuns([right], 11, 9)];

    expect(areaOf(combine(a, b, "andNot"))).toBe(areaOf(a));
    expect(areaOf(combine(a, b, "or"))).toBe(99);
  });

  it("has corners that are found, moved, added and removed", () => {
    const rings = [[{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 0, y: 10 }]];

    expect(cornerAt(rings, { x: 9, y: 1 }, 2)).toEqual({ ring: 0, index: 1 });
    expect(cornerAt(rings, { x: 5, y: 5 }, 2)).toBeNull();
    expect(edgeAt(rings, { x: 0.5, y: 5 }, 2)).toEqual({ ring: 0, index: 3 });
    expect(moveCorner(rings, { ring: 0, index: 1 }, { x: 8, y: 0 })[0][1]).toEqual({ x: 8, y: 0 });
    const five = addCorner(rings, { ring: 0, index: 3 }, { x: 0, y: 5 });
    expect(five[0]).toHaveLength(5);
    expect(removeCorner(five, { ring: 0, index: 4 })).toEqual(rings);
    expect(removeCorner([rings[0].slice(0, 3)], { ring: 0, index: 0 })).toEqual([]);
  });
});

describe("parts of a mask", () => {
  const mask = drawn(
    "##......",
    "##.####.",
    "...#..#.",
    "...#.##.",
    "#...#...",
    "........");

  it("are split, and joined again", () => {
    const parts = partsOf(mask);

    expect(parts.map(areaOf)).toEqual([10, 4, 1]);
    expect(isSameRuns(join(parts), mask)).toBe(true);
    expect(lines(largestPart(mask))[0]).toBe("........");
    expect(largestPart(parts[0])).toBe(parts[0]);
  });

  it("enclose holes, which are filled, but not the sea around them", () => {
    const filled = fillHoles(mask);

    expect(lines(filled)).toEqual(["##......", "##.####.", "...####.", "...####.", "#...#...", "........"]);
    expect(fillHoles(filled)).toBe(filled);
    const solid = drawn("###", "###");
    expect(fillHoles(solid)).toBe(solid);
  });

  it("lose specks and gain smooth edges by a majority of their neighbours", () => {
    expect(lines(smooth(drawn(".......", ".###.#.", ".#.#...", ".###...", "......."), 1)))
      .toEqual([".......", "..#....", ".###...", "..#....", "......."]);
  });
});

function distanceTo(places: readonly { readonly x: number; readonly y: number }[], x: number, y: number): number {
  return Math.min(...places.map((place, index) => {
    const from = places[Math.max(0, index - 1)];
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const square = dx * dx + dy * dy;
    const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / square));
    return Math.hypot(from.x + share * dx - x, from.y + share * dy - y);
  }));
}

function drawn(...rows: readonly string[]): RunLengths {
  return fromPixels(rows.flatMap((row) => Array.from(row, (sign) => (sign === "#" ? 1 : 0))), rows[0].length, rows.length);
}

function lines(mask: RunLengths): string[] {
  const pixels = toPixels(mask);
  return Array.from({ length: mask.height }, (_, y) =>
    Array.from({ length: mask.width }, (_, x) => (pixels[y * mask.width + x] ? "#" : ".")).join(""));
}
