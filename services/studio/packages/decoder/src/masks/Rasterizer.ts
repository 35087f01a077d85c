import type { RunLengths } from "segmentation-client/rle";
import type { Arena } from "../kernels/Arena";
import { AxisTaps } from "./AxisTaps";
import type { Geometry } from "../model/Geometry";
import type { Kernels } from "../kernels/Kernels";
import { Pass, type Threads } from "../kernels/Threads";

/** Stretches of columns that threads take one by one. */
const STRETCHES = 8;
/** Changes of a stretch that there is room for at first. */
const FIRST_CAPACITY = 8_192;
const RESULT = 3;

/** Turns low-resolution logits into run lengths of the picture, column by column (assembly/raster.ts). */
export class Rasterizer {
  private readonly rows: number;
  private readonly columns: number;
  private readonly scratch: number;
  private capacity: number;

  /** Takes what it needs of the arena; it is good for as long as that is. */
  constructor(
    private readonly threads: Threads,
    private readonly arena: Arena,
    private readonly geometry: Geometry,
    kernels: Kernels,
  ) {
    const { height, width, resizedHeight, resizedWidth } = geometry;
    const [rows, columns] = [new AxisTaps(height, resizedHeight), new AxisTaps(width, resizedWidth)];
    this.rows = packAxis(arena, rows);
    this.columns = packAxis(arena, columns);
    this.scratch = arena.take(threads.count * kernels.rasterBytes(rows.required, columns.required));
    this.capacity = Math.max(FIRST_CAPACITY, 2 * (height + 1));
  }

  /** The mask of logits [rows, stride]; positive is inside. */
  rasterize(logits: Float32Array, stride: number): RunLengths {
    return this.run(logits, stride, 0, (found, changes) => this.join(found, changes));
  }

  /** Pixels with logits above +1 over pixels above -1. It takes a large picture five times as long as the mask. */
  stabilityScore(logits: Float32Array, stride: number): number {
    return this.run(logits, stride, 1, (found) => {
      const [lower, upper] = [1, 2].map((of) =>
        found.reduce((sum, value, i) => sum + (i % RESULT === of ? value : 0), 0));
      return lower === 0 ? 0 : upper / lower;
    });
  }

  private run<T>(
    logits: Float32Array,
    stride: number,
    margin: number,
    take: (found: Int32Array, changes: number) => T,
  ): T {
    const { arena, threads } = this;
    const { mark } = arena;
    const at = arena.put(logits);
    const results = arena.take(4 * RESULT * STRETCHES);
    for (;; this.capacity *= 2) {
      const changes = arena.take(4 * this.capacity * STRETCHES);
      threads.run(
        Pass.Rasterize, STRETCHES, margin, stride, at, this.rows, this.columns, results, changes, this.capacity,
        this.scratch);
      const found = arena.integers.subarray(results / 4, results / 4 + RESULT * STRETCHES);
      if (!found.some((value, i) => i % RESULT === 0 && value < 0)) {
        const taken = take(found, changes);
        arena.reset(mark);
        return taken;
      }
    }
  }

  /** Joins the stretches of a mask; each begins as if it were outside. */
  private join(found: Int32Array, changes: number): RunLengths {
    const { height, width } = this.geometry;
    const { integers } = this.arena;
    let most = STRETCHES + 1;
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      most += found[RESULT * stretch];
    }
    const counts = new Uint32Array(most);
    let [length, last] = [0, 0];
    const change = (at: number) => {
      counts[length++] = at - last;
      last = at;
    };
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      const count = found[RESULT * stretch];
      const first = changes / 4 + stretch * this.capacity;
      const origin = Math.floor((stretch * width) / STRETCHES) * height;
      let from = first;
      if (length & 1) {
        // The one before ended inside: either the mask goes on, or it ends here.
        if (count > 0 && integers[first] === origin) {
          from++;
        } else {
          change(origin);
        }
      }
      for (let i = from; i < first + count; i++) {
        change(integers[i]);
      }
    }
    change(height * width);
    return { height, width, counts: counts.slice(0, length) };
  }
}

/** `Axis` of assembly/raster.ts. */
function packAxis(arena: Arena, { size, required, first, weights }: AxisTaps): number {
  // Four pixels are read at a time, also from the last one.
  const stride = (size + 7) & ~3;
  const planes = new Float32Array(3 * stride);
  weights.forEach((weight, i) => (planes[(i % 3) * stride + Math.floor(i / 3)] = weight));
  const starts = new Int32Array(required + 4).fill(size);
  for (let pixel = size - 1; pixel >= 0; pixel--) {
    starts[first[pixel]] = pixel;
  }
  for (let group = required - 1; group >= 0; group--) {
    starts[group] = Math.min(starts[group], starts[group + 1]);
  }
  return arena.struct(
    size, required, arena.putIntegers(first), arena.put(planes), stride, arena.putIntegers(starts));
}
