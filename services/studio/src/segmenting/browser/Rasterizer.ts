import type { RunLengths } from "segmentation-client/rle";
import { AxisTaps } from "./AxisTaps";
import type { Geometry } from "./Geometry";

/** A mask of the picture's size. */
export interface RasterizedMask {
  readonly runs: RunLengths;
  /** Pixels above +1 over pixels above -1 logits. */
  readonly stabilityScore: number;
}

const UPPER = 1;
const LOWER = -1;

/**
 * Turns low-resolution logits into run lengths of the picture, column by column. Interpolation is a weighted mean, so
 * where all values around a stretch of pixels are on one side its pixels are known without being computed: only those
 * near the mask's edge are.
 */
export class Rasterizer {
  private readonly rows: AxisTaps;
  private readonly columns: AxisTaps;
  private readonly values: Float32Array;
  /** Pixels at which the groups of rows with the same first value begin. */
  private readonly starts: Int32Array;
  private changes = new Uint32Array(4096);
  private changeCount = 0;
  private inside = false;
  private aboveLower = 0;
  private aboveUpper = 0;

  constructor(private readonly geometry: Geometry) {
    this.rows = new AxisTaps(geometry.height, geometry.resizedHeight);
    this.columns = new AxisTaps(geometry.width, geometry.resizedWidth);
    this.values = new Float32Array(this.rows.required + 2);
    this.starts = startsOf(this.rows);
  }

  /** @param logits Row-major, `stride` values a row; positive is inside. */
  rasterize(logits: Float32Array, stride: number): RasterizedMask {
    const { columns, geometry } = this;
    this.changeCount = 0;
    this.inside = false;
    this.aboveLower = this.aboveUpper = 0;
    const [lowest, highest] = this.extremes(logits, stride);
    for (let column = 0; column < columns.size; column++) {
      const group = columns.first[column];
      const origin = column * geometry.height;
      if (highest[group] <= LOWER) {
        this.set(false, origin);
      } else if (lowest[group] > UPPER) {
        this.decided(true, origin, geometry.height);
      } else {
        this.interpolate(logits, stride, column);
        this.addColumn(origin);
      }
    }
    return {
      runs: { height: geometry.height, width: geometry.width, counts: this.counts() },
      stabilityScore: this.aboveLower === 0 ? 0 : this.aboveUpper / this.aboveLower,
    };
  }

  /** Smallest and largest value of the three columns that a group of picture columns reads. */
  private extremes(logits: Float32Array, stride: number): [Float32Array, Float32Array] {
    const count = this.columns.required;
    const low = new Float32Array(count + 2).fill(Infinity);
    const high = new Float32Array(count + 2).fill(-Infinity);
    for (let row = 0; row < this.rows.required; row++) {
      for (let column = 0, at = row * stride; column < count; column++, at++) {
        const value = logits[at];
        if (value < low[column]) low[column] = value;
        if (value > high[column]) high[column] = value;
      }
    }
    for (let column = 0; column < count; column++) {
      low[column] = Math.min(low[column], low[column + 1], low[column + 2]);
      high[column] = Math.max(high[column], high[column + 1], high[column + 2]);
    }
    return [low, high];
  }

  /** Across: one value for each low-resolution row. */
  private interpolate(logits: Float32Array, stride: number, column: number): void {
    const { values } = this;
    const { first, weights, required } = this.columns;
    const a = first[column];
    const b = Math.min(a + 1, required - 1);
    const c = Math.min(a + 2, required - 1);
    const weightA = weights[3 * column];
    const weightB = weights[3 * column + 1];
    const weightC = weights[3 * column + 2];
    const count = this.rows.required;
    for (let row = 0, at = 0; row < count; row++, at += stride) {
      values[row] = logits[at + a] * weightA + logits[at + b] * weightB + logits[at + c] * weightC;
    }
    values[count] = values[count + 1] = values[count - 1];
  }

  private addColumn(origin: number): void {
    const { values, starts } = this;
    const { weights } = this.rows;
    for (let group = 0; group < starts.length - 1; group++) {
      const begin = starts[group];
      const end = starts[group + 1];
      if (begin === end) {
        continue;
      }
      const a = values[group];
      const b = values[group + 1];
      const c = values[group + 2];
      if (a > UPPER && b > UPPER && c > UPPER) {
        this.decided(true, origin + begin, end - begin);
      } else if (a <= LOWER && b <= LOWER && c <= LOWER) {
        this.set(false, origin + begin);
      } else {
        for (let row = begin, at = 3 * begin; row < end; row++, at += 3) {
          const value = weights[at] * a + weights[at + 1] * b + weights[at + 2] * c;
          if (value > LOWER) this.aboveLower++;
          if (value > UPPER) this.aboveUpper++;
          this.set(value > 0, origin + row);
        }
      }
    }
  }

  private decided(inside: boolean, from: number, count: number): void {
    this.set(inside, from);
    this.aboveLower += count;
    this.aboveUpper += count;
  }

  private set(inside: boolean, at: number): void {
    if (inside !== this.inside) {
      if (this.changeCount === this.changes.length) {
        const larger = new Uint32Array(2 * this.changes.length);
        larger.set(this.changes);
        this.changes = larger;
      }
      this.changes[this.changeCount++] = at;
      this.inside = inside;
    }
  }

  private counts(): Uint32Array {
    const counts = new Uint32Array(this.changeCount + 1);
    let last = 0;
    for (let i = 0; i < this.changeCount; i++) {
      counts[i] = this.changes[i] - last;
      last = this.changes[i];
    }
    counts[this.changeCount] = this.geometry.width * this.geometry.height - last;
    return counts;
  }
}

function startsOf(taps: AxisTaps): Int32Array {
  const starts = new Int32Array(taps.required + 1).fill(taps.size);
  for (let pixel = taps.size - 1; pixel >= 0; pixel--) {
    starts[taps.first[pixel]] = pixel;
  }
  for (let group = taps.required - 1; group >= 0; group--) {
    starts[group] = Math.min(starts[group], starts[group + 1]);
  }
  return starts;
}
