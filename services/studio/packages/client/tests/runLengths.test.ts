import { describe, expect, it } from "vitest";
import { areaOf, boxOf, contains, decodeCounts, encodeCounts, fromPixels, iouOf, toPixels } from "../src/masks/index";
import { randomMask, seeded } from "./randomMask";

/** What rleToString of pycocotools makes of these counts. */
const VECTORS: [counts: number[], text: string][] = [
  [[1], "1"],
  [[0, 1], "01"],
  [[15], "?"],
  [[16], "`0"],
  [[6, 1, 40, 4, 5, 4, 5, 4, 21], "61X13mN000`0"],
  [[0, 100_000_000], "0PXh[o2"],
  [[99_999_999, 1], "oWh[o21"],
  [[15, 16, 31, 32, 1023, 1024, 5, 70_000, 5], "?`0o0`0Po0Po0VPO`[S20"],
  [[2147483647], "oooooo1"],
];

describe("COCO's string", () => {
  it.each(VECTORS)("of %j is %s", (counts, text) => {
    expect(encodeCounts(Uint32Array.from(counts))).toBe(text);
    expect([...decodeCounts(text)]).toEqual(counts);
  });

  it("says where it is damaged", () => {
    expect(() => decodeCounts("24x")).toThrow("Character 2");
  });
});

describe("run lengths", () => {
  it("of any pixels give these pixels, their area, box and membership", () => {
    const random = seeded(1);
    for (let round = 0; round < 200; round++) {
      const { pixels, width, height } = randomMask(random, 12);
      const runs = fromPixels(pixels, width, height);
      expect([...decodeCounts(encodeCounts(runs.counts))]).toEqual([...runs.counts]);
      expect([...toPixels(runs)].map((value) => (value ? 1 : 0))).toEqual([...pixels]);
      expect(areaOf(runs)).toBe(pixels.reduce((sum, value) => sum + value, 0));
      const inside = [...pixels.keys()].filter((at) => pixels[at]);
      const columns = inside.map((at) => at % width);
      const rows = inside.map((at) => Math.floor(at / width));
      expect(boxOf(runs)).toEqual(inside.length === 0 ? { x: 0, y: 0, width: 0, height: 0 } : {
        x: Math.min(...columns),
        y: Math.min(...rows),
        width: Math.max(...columns) - Math.min(...columns) + 1,
        height: Math.max(...rows) - Math.min(...rows) + 1,
      });
      const at = Math.floor(random() * pixels.length);
      expect(contains(runs, at % width, Math.floor(at / width))).toBe(pixels[at] === 1);
    }
  });

  it("of two masks overlap as their pixels do", () => {
    const random = seeded(2);
    for (let round = 0; round < 200; round++) {
      const { pixels, width, height } = randomMask(random, 9);
      const other = Uint8Array.from(pixels, (value) => (random() < 0.2 ? 1 - value : value));
      const both = pixels.reduce((sum, value, at) => sum + (value & other[at]), 0);
      const any = pixels.reduce((sum, value, at) => sum + (value | other[at]), 0);
      expect(iouOf(fromPixels(pixels, width, height), fromPixels(other, width, height)))
        .toBeCloseTo(any === 0 ? 1 : both / any, 12);
    }
  });
});
