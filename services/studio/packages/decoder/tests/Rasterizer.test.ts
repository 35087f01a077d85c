import { beforeAll, describe, expect, it } from "vitest";
import { toPixels } from "segmentation-client/rle";
import { seeded } from "../../client/tests/randomMask";
import { Arena } from "../src/kernels/Arena";
import { Geometry } from "../src";
import type { Kernels } from "../src/gen/kernels";
import { Rasterizer } from "../src/masks/Rasterizer";
import { instantiate } from "../src/kernels/threadLoop";
import { Threads } from "../src/kernels/Threads";
import { kernels as compiled } from "./model";

describe("a mask of logits", () => {
  let kernels: Kernels;
  let threads: Threads;
  let arena: Arena;

  beforeAll(async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4_096, shared: true });
    kernels = await instantiate(await compiled(), memory);
    arena = new Arena(memory);
    threads = new Threads(kernels, arena, 1);
  });

  it.each([
    [40, 30, blobs], [300, 200, blobs], [7, 90, blobs], [1100, 1500, blobs], [2100, 1400, noise], [5, 5, noise],
  ] as const)("of %d x %d pixels is the reference's", (width, height, make) => {
    const geometry = new Geometry(width, height);
    const [rows, columns] = [geometry.gridRows * 4, geometry.gridColumns * 4];
    const planes = [7, 8].map((seed) => make(rows, columns, seeded(seed)));
    const rasterizer = new Rasterizer(threads, arena, geometry, kernels);

    for (const plane of planes) {
      const runs = rasterizer.rasterize(plane, columns);
      const expected = reference(plane, rows, columns, geometry);
      const pixels = toPixels(runs);
      let different = 0;
      let [lower, upper] = [0, 0];
      expected.forEach((value, at) => {
        // Where 32 and 64 bits differ about the sign the value is as good as zero.
        different += Number((value > 0) !== (pixels[at] === 255) && Math.abs(value) > 1e-4);
        lower += Number(value > -1);
        upper += Number(value > 1);
      });

      expect(different).toBe(0);
      expect(rasterizer.stabilityScore(plane, columns)).toBeCloseTo(lower === 0 ? 0 : upper / lower, 3);
      expect(runs.counts.reduce((sum, count) => sum + count)).toBe(width * height);
      // Only the first run, of pixels outside, may have none.
      expect(runs.counts.subarray(1)).not.toContain(0);
    }
  });

  it("that has nothing inside is one run", () => {
    const geometry = new Geometry(30, 20);
    const rasterizer = new Rasterizer(threads, arena, geometry, kernels);
    const logits = new Float32Array(256 * 256).fill(-5);

    expect(rasterizer.rasterize(logits, geometry.gridColumns * 4)).toEqual(
      { width: 30, height: 20, counts: Uint32Array.of(600) });
    expect(rasterizer.stabilityScore(logits, geometry.gridColumns * 4)).toBe(0);
  });
});

/** More edges than there is room for at first. */
function noise(rows: number, columns: number, random: () => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, () => 8 * random() - 4);
}

/** Smooth hills and valleys, as a decoder's logits have them. */
function blobs(rows: number, columns: number, random: () => number): Float32Array {
  const hills = Array.from({ length: 6 }, () =>
    [random() * columns, random() * rows, 3 + random() * columns / 4, 40 * random() - 12]);
  return Float32Array.from({ length: rows * columns }, (_, at) =>
    hills.reduce((sum, [x, y, size, height]) =>
      sum + height * Math.exp(-(((at % columns) - x) ** 2 + (Math.floor(at / columns) - y) ** 2) / size ** 2), -4));
}

/** postprocess_masks, as plainly as possible: 256 to 1024, crop, 1024 to the picture. */
function reference(logits: Float32Array, rows: number, columns: number, geometry: Geometry): Float64Array {
  const square = resize(logits, rows, columns, geometry.resizedHeight, geometry.resizedWidth, 0.25, 0.25);
  return resize(square, geometry.resizedHeight, geometry.resizedWidth, geometry.height, geometry.width,
    geometry.resizedHeight / geometry.height, geometry.resizedWidth / geometry.width);
}

function resize(
  source: ArrayLike<number>, rows: number, columns: number, newRows: number, newColumns: number,
  scaleY: number, scaleX: number,
): Float64Array {
  const taps = (pixel: number, size: number, scale: number) => {
    const position = Math.max(scale * (pixel + 0.5) - 0.5, 0);
    const near = Math.min(Math.floor(position), size - 1);
    return { near, far: Math.min(near + 1, size - 1), fraction: Math.min(position - near, 1) };
  };
  const result = new Float64Array(newRows * newColumns);
  for (let y = 0; y < newRows; y++) {
    const down = taps(y, rows, scaleY);
    for (let x = 0; x < newColumns; x++) {
      const across = taps(x, columns, scaleX);
      const row = (at: number) => source[at * columns + across.near] * (1 - across.fraction)
        + source[at * columns + across.far] * across.fraction;
      result[y * newColumns + x] = row(down.near) * (1 - down.fraction) + row(down.far) * down.fraction;
    }
  }
  return result;
}
