import type { RunLengths } from "segmentation-client/rle";
import type { Arena } from "./Arena";
import { AxisTaps } from "./AxisTaps";
import type { Geometry } from "./Geometry";
import type { Kernels } from "./Kernels";
import { Pass, type Threads } from "./Threads";

/** A mask of the picture's size. */
export interface RasterizedMask {
  readonly runs: RunLengths;
  /** Pixels above +1 over pixels above -1 logits. */
  readonly stabilityScore: number;
}

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

  /**
   * @param logits Address of [masks, rows, stride] logits; positive is inside.
   * @param plane Numbers from one mask's logits to the next one's.
   */
  rasterize(logits: number, masks: number, plane: number, stride: number): RasterizedMask[] {
    const { arena, threads } = this;
    const tasks = masks * STRETCHES;
    const { mark } = arena;
    const results = arena.take(4 * RESULT * tasks);
    for (;; this.capacity *= 2) {
      const changes = arena.take(4 * this.capacity * tasks);
      threads.run(
        Pass.Rasterize, tasks, STRETCHES, plane, stride, logits, this.rows, this.columns, results, changes,
        this.capacity, this.scratch);
      const found = arena.integers.subarray(results / 4, results / 4 + RESULT * tasks);
      if (!found.some((value, i) => i % RESULT === 0 && value < 0)) {
        const all = Array.from({ length: masks }, (_, mask) =>
          this.join(found.subarray(mask * STRETCHES * RESULT), changes + 4 * mask * STRETCHES * this.capacity));
        arena.reset(mark);
        return all;
      }
    }
  }

  /** Joins the stretches of a mask; each begins as if it were outside. */
  private join(found: Int32Array, changes: number): RasterizedMask {
    const { height, width } = this.geometry;
    const { integers } = this.arena;
    let most = STRETCHES + 1;
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      most += found[RESULT * stretch];
    }
    const counts = new Uint32Array(most);
    let [length, last, lower, upper] = [0, 0, 0, 0];
    const change = (at: number) => {
      counts[length++] = at - last;
      last = at;
    };
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      const [count, aboveLower, aboveUpper] = found.subarray(RESULT * stretch, RESULT * (stretch + 1));
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
      lower += aboveLower;
      upper += aboveUpper;
    }
    change(height * width);
    return {
      runs: { height, width, counts: counts.slice(0, length) },
      stabilityScore: lower === 0 ? 0 : upper / lower,
    };
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
