import { describe, expect, it } from "vitest";
import { coarse, stepOf } from "../src/canvas/MaskPath";

describe("an outline on the canvas", () => {
  it("is exact where a pixel of the picture is a pixel or more", () => {
    const outline = [3, 1, 4, 1, 4, 2, 3, 2];

    expect([0.1, 0.5, 1, 1.9].map(stepOf)).toEqual([1, 1, 1, 1]);
    expect(coarse(outline, 1)).toBe(outline);
  });

  it("has no corners closer than a pixel of the canvas, and none further off than half of one", () => {
    const stairs = Array.from({ length: 100 }, (_, i) => [i, i, i + 1, i]).flat();

    expect([2, 5.9, 8].map(stepOf)).toEqual([2, 4, 8]);
    const drawn = Array.from(coarse(stairs, 4));
    expect(drawn.length).toBeLessThan(stairs.length / 3);
    expect(drawn.every((value) => value % 4 === 0)).toBe(true);
    for (let i = 0; i < stairs.length; i += 2) {
      const isNear = drawn.some((x, at) =>
        at % 2 === 0 && Math.abs(x - stairs[i]) <= 2 && Math.abs(drawn[at + 1] - stairs[i + 1]) <= 2);
      expect(isNear).toBe(true);
    }
  });
});
