import { type DecodePrompt, Geometry } from "../src";

/** As large as a real one, and nowhere the same. */
export const embedding = Float32Array.from({ length: 256 * 64 * 64 }, (_, i) => 0.3 * Math.sin(1.7 * i));

export const CLICK: DecodePrompt = { coordinates: [500, 300, 0, 0], labels: [1, -1], maskTokens: [1, 2, 3] };

const BOX_AND_POINT: DecodePrompt = {
  coordinates: [500.5, 300, 100, 100, 700, 600.25], labels: [0, 2, 3], maskTokens: [0],
};

/** As many points of both kinds, scattered, and the padding. */
export function scattered(count: number): DecodePrompt {
  return {
    coordinates: Array.from({ length: 2 * count + 2 }, (_, i) => (i * 397.25) % 1024),
    labels: [...Array.from({ length: count }, (_, i) => Number(i % 3 !== 0)), -1],
    maskTokens: [3, 0, 2, 1],
  };
}

/** Logits as large as real ones, with an object in the middle. */
const MASK = Float32Array.from({ length: 256 * 256 }, (_, i) =>
  12 - 0.2 * Math.hypot((i % 256) - 120, Math.floor(i / 256) - 90) + 2 * Math.sin(0.37 * i));

const REFINED: DecodePrompt = { ...scattered(2), maskTokens: [0], mask: MASK };

/** Prompts of all kinds on pictures of all shapes. */
export const PROMPTS: readonly (readonly [name: string, prompt: DecodePrompt, geometry: Geometry])[] = [
  ["a click", CLICK, new Geometry(1500, 1000)],
  ["a box with a point", BOX_AND_POINT, new Geometry(300, 300)],
  ["32 points of a low picture", scattered(32), new Geometry(2000, 150)],
  ["three points of a narrow picture", scattered(3), new Geometry(140, 1000)],
  ["six points, the most that are factored", scattered(6), new Geometry(640, 480)],
  ["two points and a mask", REFINED, new Geometry(1500, 1000)],
  ["a mask, all logits, of a narrow picture", { ...REFINED, isWhole: true }, new Geometry(140, 1000)],
  ["a click, all logits", { ...CLICK, isWhole: true }, new Geometry(1500, 1000)],
  ["nothing but padding", { ...CLICK, coordinates: [0, 0], labels: [-1] }, new Geometry(640, 480)],
];

/** A selection for engines that need seconds for each. */
export const FEW_PROMPTS = [...PROMPTS.slice(0, 2), PROMPTS[5], PROMPTS[2]];

export function furthest(values: Float32Array, from: Float32Array): number {
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - from[i])), 0);
}
