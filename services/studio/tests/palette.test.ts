import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freeMark, type Mark, markAt, PALETTE, PATTERNS } from "../src/annotation/palette";
import { differenceOf, labOf, VISIONS } from "./colours";

/** What is seen as different at a glance, not only side by side. */
const LEAST = 15;

describe("the palette", () => {
  it.each(Object.keys(VISIONS))("has colours that are told apart with %s", (vision) => {
    const labs = PALETTE.map((colour) => labOf(colour, vision));
    labs.forEach((a, i) => labs.slice(i + 1).forEach((b, j) => {
      expect(differenceOf(a, b), `${PALETTE[i]} and ${PALETTE[i + 1 + j]}`).toBeGreaterThanOrEqual(LEAST);
    }));
  });

  it.each(Object.keys(VISIONS))("has colours that are told from the page's grounds with %s", (vision) => {
    const tokens = readFileSync(join(import.meta.dirname, "../src/styles/tokens.css"), "utf8");
    const grounds = [...tokens.matchAll(/--surface: (#[0-9a-f]{6})/g)].map(([, colour]) => colour);
    expect(grounds).toHaveLength(2);
    for (const ground of grounds) {
      for (const colour of PALETTE) {
        expect(differenceOf(labOf(colour, vision), labOf(ground, vision)), `${colour} on ${ground}`)
          .toBeGreaterThanOrEqual(LEAST);
      }
    }
  });

  it("hatches what comes after all colours, and gives no mark twice before all are taken", () => {
    const taken: Mark[] = [];
    for (let i = 0; i < PALETTE.length * PATTERNS; i++) {
      taken.push(freeMark(taken));
    }

    expect(taken.slice(0, PALETTE.length).every(({ pattern }) => pattern === 0)).toBe(true);
    expect(taken.slice(PALETTE.length).every(({ pattern }) => pattern > 0)).toBe(true);
    expect(new Set(taken.map(({ colour, pattern }) => `${colour} ${pattern}`)).size).toBe(taken.length);
    expect(freeMark(taken)).toEqual(taken[0]);
    expect(freeMark([...taken, taken[0]])).toEqual(taken[1]);
    expect(freeMark(taken.filter((_, index) => index !== 3))).toEqual(markAt(3));
  });
});

describe("differences of colours", () => {
  // Pairs of the table that was published with the formula (Sharma, Wu and Dalal 2005).
  it.each([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [58, 24, 15], 19.4535],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ] as const)("are those that were published: %j and %j", (a, b, expected) => {
    expect(differenceOf(a, b)).toBeCloseTo(expected, 4);
  });
});
