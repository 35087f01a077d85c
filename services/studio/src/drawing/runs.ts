import type { RunLengths } from "segmentation-client/rle";

/** Operation on two masks: both together, or the first without the second. */
export type Combination = "or" | "andNot";

/** Combines two masks of the same size, pixel by pixel, in the time of their runs. */
export function combine(a: RunLengths, b: RunLengths, how: Combination): RunLengths {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`Masks of ${a.width}x${a.height} and ${b.width}x${b.height} pixels cannot be combined.`);
  }
  const writer = new RunWriter(a.width, a.height);
  let [i, j] = [0, 0];
  let restA = a.counts[0] ?? 0;
  let restB = b.counts[0] ?? 0;
  while (i < a.counts.length && j < b.counts.length) {
    const step = Math.min(restA, restB);
    const [inA, inB] = [(i & 1) === 1, (j & 1) === 1];
    writer.add(step, how === "or" ? inA || inB : inA && !inB);
    restA -= step;
    restB -= step;
    if (restA === 0) {
      restA = a.counts[++i] ?? 0;
    }
    if (restB === 0) {
      restB = b.counts[++j] ?? 0;
    }
  }
  return writer.end();
}

/** The empty mask of a size. */
export function emptyRuns(width: number, height: number): RunLengths {
  return { width, height, counts: Uint32Array.of(width * height) };
}

/** Returns true if two masks have the same pixels. */
export function isSameRuns(a: RunLengths, b: RunLengths): boolean {
  return a === b || (a.width === b.width && a.height === b.height && a.counts.length === b.counts.length
    && a.counts.every((count, index) => count === b.counts[index]));
}

/** Writes runs of a mask in column-major order; neighbours of one kind are joined. */
export class RunWriter {
  private readonly counts: number[] = [0];
  private inside = false;
  private written = 0;

  constructor(private readonly width: number, private readonly height: number) {}

  /** Adds pixels that are all inside or all outside. */
  add(pixels: number, inside: boolean): void {
    if (pixels === 0) {
      return;
    }
    if (inside !== this.inside) {
      this.counts.push(0);
      this.inside = inside;
    }
    this.counts[this.counts.length - 1] += pixels;
    this.written += pixels;
  }

  /** Adds a stretch inside, after one outside that fills the gap. */
  span(begin: number, end: number): void {
    this.add(begin - this.written, false);
    this.add(end - begin, true);
  }

  /** The mask; what was not added is outside. */
  end(): RunLengths {
    const size = this.width * this.height;
    this.add(size - this.written, false);
    return { width: this.width, height: this.height, counts: Uint32Array.from(this.counts) };
  }
}
