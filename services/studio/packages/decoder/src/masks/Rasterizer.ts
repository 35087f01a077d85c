import type { RunLengths } from "segmentation-client/rle";
import { Axis, ColumnRange, type Kernels, RasterPass } from "../gen/kernels";
import type { Arena } from "../kernels/Arena";
import type { Threads } from "../kernels/Threads";
import type { Geometry } from "../model/Geometry";
import { AxisTaps } from "./AxisTaps";

/** Ranges of columns, which threads claim one by one. */
const RANGES = 8;
/** Transitions of a range that the first try has room for. */
const FIRST_CAPACITY = 8_192;

/** Turns low-resolution logits into run lengths of the image, column by column (assembly/raster.ts). */
export class Rasterizer {
  private readonly rows: number;
  private readonly columns: number;
  private readonly scratch: number;
  private capacity: number;

  /** Allocates its tables and scratch; valid until the arena is reset. */
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
    this.scratch = arena.allocate(threads.count * kernels.rasterBytes(rows.required, columns.required));
    this.capacity = Math.max(FIRST_CAPACITY, 2 * (height + 1));
  }

  /** Computes the mask of logits [rows, stride]; positive is inside. */
  rasterize(logits: Float32Array, stride: number): RunLengths {
    return this.run(logits, stride, 0, (ranges, transitions) => this.join(ranges, transitions));
  }

  /** Pixels with logits above +1 over pixels above -1. For a large image this takes five times as long as the mask. */
  stabilityScore(logits: Float32Array, stride: number): number {
    return this.run(logits, stride, 1, (ranges) => {
      const [lower, upper] = (["aboveLower", "aboveUpper"] as const).map((field) =>
        ranges.reduce((sum, range) => sum + range[field], 0));
      return lower === 0 ? 0 : upper / lower;
    });
  }

  private run<T>(
    logits: Float32Array,
    stride: number,
    margin: number,
    read: (ranges: readonly ColumnRange[], transitions: number) => T,
  ): T {
    const { arena, threads, rows, columns, scratch } = this;
    const { mark } = arena;
    const address = arena.put(logits);
    const results = arena.allocate(4 * ColumnRange.fields.length * RANGES);
    for (;; this.capacity *= 2) {
      const { capacity } = this;
      const transitions = arena.allocate(4 * capacity * RANGES);
      threads.run(RasterPass, {
        ranges: RANGES, margin, stride, logits: address, rows, columns, results, transitions, capacity, scratch,
      });
      const ranges = arena.readStructs(ColumnRange, results, RANGES);
      if (ranges.every(({ count }) => count >= 0)) {
        const result = read(ranges, transitions);
        arena.reset(mark);
        return result;
      }
    }
  }

  /** Joins the ranges of a mask; the transitions of each begin as if the pixel before were outside. */
  private join(ranges: readonly ColumnRange[], transitions: number): RunLengths {
    const { height, width } = this.geometry;
    const { integers } = this.arena;
    const counts = new Uint32Array(ranges.reduce((sum, { count }) => sum + count, RANGES + 1));
    let [length, last] = [0, 0];
    const addTransition = (at: number) => {
      counts[length++] = at - last;
      last = at;
    };
    for (const [range, { count }] of ranges.entries()) {
      const first = transitions / 4 + range * this.capacity;
      const origin = Math.floor((range * width) / RANGES) * height;
      let from = first;
      if (length & 1) {
        // The range before ended inside: either the mask goes on here, or it ends at this range's first pixel.
        if (count > 0 && integers[first] === origin) {
          from++;
        } else {
          addTransition(origin);
        }
      }
      for (let i = from; i < first + count; i++) {
        addTransition(integers[i]);
      }
    }
    addTransition(height * width);
    return { height, width, counts: counts.slice(0, length) };
  }
}

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
  return arena.struct(Axis, {
    size, required, first: arena.putIntegers(first), weights: arena.put(planes), stride,
    starts: arena.putIntegers(starts),
  });
}
