import { describe, expect, it } from "vitest";
import { toPixels } from "segmentation-client/rle";
import { seeded } from "../packages/client/tests/randomMask";
import { Geometry } from "../src/segmenting/browser/Geometry";
import { Rasterizer } from "../src/segmenting/browser/Rasterizer";

describe("a mask of logits", () => {
  it.each([[40, 30], [300, 200], [7, 90], [1100, 1500]])("of %d x %d pixels is the reference's", (width, height) => {
    const geometry = new Geometry(width, height);
    const [rows, columns] = [geometry.gridRows * 4, geometry.gridColumns * 4];
    const logits = blobs(rows, columns);
    const mask = new Rasterizer(geometry).rasterize(logits, columns);
    const expected = reference(logits, rows, columns, geometry);
    const pixels = toPixels(mask.runs);
    let different = 0;
    let [lower, upper] = [0, 0];
    expected.forEach((value, at) => {
      // Where 32 and 64 bits differ about the sign the value is as good as zero.
      different += Number((value > 0) !== (pixels[at] === 255) && Math.abs(value) > 1e-4);
      lower += Number(value > -1);
      upper += Number(value > 1);
    });

    expect(different).toBe(0);
    expect(mask.stabilityScore).toBeCloseTo(lower === 0 ? 0 : upper / lower, 3);
  });
});

/** Smooth hills and valleys, as a decoder's logits have them. */
function blobs(rows: number, columns: number): Float32Array {
  const random = seeded(7);
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
