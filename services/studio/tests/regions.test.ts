import { areaOf, boxOf, fromPixels, type RunLengths, toPixels } from "segmentation-client/rle";
import { describe, expect, it } from "vitest";
import { withoutHoles, withoutSpecks, withRuns } from "../src/annotation/regions";
import { randomMask, seeded } from "../packages/client/tests/randomMask";

describe("regions of a mask", () => {
  it("below a size are removed, but the largest stays", () => {
    const mask = drawn(
      "#....##",
      ".#...##",
      ".......",
      "#......");

    expect(lines(withoutSpecks(mask, 2))).toEqual(["#....##", ".#...##", ".......", "......."]);
    expect(lines(withoutSpecks(mask, 3))).toEqual([".....##", ".....##", ".......", "......."]);
    expect(lines(withoutSpecks(mask, 1000))).toEqual([".....##", ".....##", ".......", "......."]);
    expect(withoutSpecks(mask, 1)).toBe(mask);
  });

  it("outside of it and below a size are filled", () => {
    const mask = drawn(
      "#####..",
      "#.#.#..",
      "#.###..",
      "#####..");

    expect(lines(withoutHoles(mask, 2))).toEqual(["#####..", "#.###..", "#.###..", "#####.."]);
    expect(lines(withoutHoles(mask, 3))).toEqual(["#####..", "#####..", "#####..", "#####.."]);
    expect(withoutHoles(mask, 1)).toBe(mask);
  });

  it("are those that a search from pixel to pixel finds, in random masks", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { pixels: random, width, height } = randomMask(seeded(seed), 20);
      const mask = fromPixels(random, width, height);
      for (const pixels of [2, 5, 20]) {
        expect(lines(withoutSpecks(mask, pixels)), `seed ${seed}`).toEqual(searched(mask, pixels, true));
        expect(lines(withoutHoles(mask, pixels)), `seed ${seed}`).toEqual(searched(mask, pixels, false));
      }
    }
  });

  it("of an empty mask and of a full one are none", () => {
    const [empty, full] = [drawn("...", "..."), drawn("###", "###")];

    expect([withoutSpecks(empty, 9), withoutHoles(full, 9)]).toEqual([empty, full]);
    expect(lines(withoutHoles(empty, 9))).toEqual(["###", "###"]);
  });

  it("change the area and the box, not the scores", () => {
    const runs = drawn("#.##", "..##");
    const before = { runs, area: areaOf(runs), box: boxOf(runs), predictedIou: 0.7, stabilityScore: 0.8 };
    const after = withRuns(before, withoutSpecks(runs, 2));

    expect(after).toMatchObject({
      area: 4, box: { x: 2, y: 0, width: 2, height: 2 }, predictedIou: 0.7, stabilityScore: 0.8,
    });
    expect(withRuns(before, withoutSpecks(runs, 1))).toBe(before);
  });
});

function drawn(...rows: string[]): RunLengths {
  return fromPixels([...rows.join("")].map((pixel) => (pixel === "#" ? 1 : 0)), rows[0].length, rows.length);
}

function lines(mask: RunLengths): string[] {
  const pixels = [...toPixels(mask)].map((pixel) => (pixel ? "#" : ".")).join("");
  return Array.from({ length: mask.height }, (_, y) => pixels.slice(y * mask.width, (y + 1) * mask.width));
}

/** The same by flooding pixels; of equally large regions the first by columns is the largest. */
function searched(mask: RunLengths, pixels: number, inside: boolean): string[] {
  const { width, height } = mask;
  const grid = lines(mask).map((row) => [...row]);
  const wanted = inside ? "#" : ".";
  const seen = new Set<number>();
  const regions: number[][] = [];
  for (let start = 0; start < width * height; start++) {
    const [x, y] = [Math.floor(start / height), start % height];
    if (seen.has(start) || grid[y][x] !== wanted) {
      continue;
    }
    const region = [start];
    seen.add(start);
    for (const at of region) {
      const [column, row] = [Math.floor(at / height), at % height];
      for (let dx = -1; dx <= 1; dx++) {
        for (let dy = -1; dy <= 1; dy++) {
          const next = (column + dx) * height + row + dy;
          if (grid[row + dy]?.[column + dx] === wanted && !seen.has(next)) {
            seen.add(next);
            region.push(next);
          }
        }
      }
    }
    regions.push(region);
  }
  const most = Math.max(0, ...regions.map((region) => region.length));
  const largest = inside ? regions.find((region) => region.length === most) : undefined;
  for (const region of regions.filter((one) => one !== largest && one.length < pixels)) {
    region.forEach((at) => (grid[at % height][Math.floor(at / height)] = inside ? "." : "#"));
  }
  return grid.map((row) => row.join(""));
}
