import { describe, expect, it } from "vitest";
import { simplify, stepOf } from "../src/canvas/MaskPath";

describe("an outline on the canvas", () => {
  it("is exact where a pixel of the picture is a pixel or more", () => {
    const outline = [3, 1, 4, 1, 4, 2, 3, 2];

    expect([0.1, 0.5, 1, 1.9].map(stepOf)).toEqual([1, 1, 1, 1]);
    expect(simplify(outline, 0)).toBe(outline);
  });

  const stairs = Array.from({ length: 100 }, (_, i) => [i, i, i + 1, i]).flat();
  const circle = Array.from({ length: 360 }, (_, i) =>
    [Math.cos, Math.sin].flatMap((of) => Math.round(200 + 100 * of((i * Math.PI) / 180)))).flat();
  const spike = [0, 0, 50, 0, 100, 0, 100, 1, 50, 1, 0, 1];
  const noise = Array.from({ length: 500 }, (_, i) => [i + 9 * Math.sin(i * i), 20 * Math.cos(i * 1.7)]).flat();

  it.each([["stairs", stairs, 4], ["a circle", circle, 60], ["a spike", spike, 8], ["noise", noise, 1000]] as const)(
    "has few corners and is nowhere further off than half a pixel of the canvas: %s", (_, outline, most) => {
      expect([2, 5.9, 8].map(stepOf)).toEqual([2, 4, 8]);
      const drawn = simplify(outline, 2);

      expect(drawn.length).toBeLessThanOrEqual(most);
      for (let i = 0; i < outline.length; i += 2) {
        expect(distance(drawn, outline[i], outline[i + 1])).toBeLessThanOrEqual(2 + 1e-9);
      }
    });
});

/** From a point to the nearest line of a closed outline. */
function distance(outline: ArrayLike<number>, x: number, y: number): number {
  let nearest = Infinity;
  for (let i = 0; i < outline.length; i += 2) {
    const next = (i + 2) % outline.length;
    const [dx, dy] = [outline[next] - outline[i], outline[next + 1] - outline[i + 1]];
    const along = ((x - outline[i]) * dx + (y - outline[i + 1]) * dy) / (dx * dx + dy * dy || 1);
    const at = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - outline[i] - at * dx, y - outline[i + 1] - at * dy));
  }
  return nearest;
}
