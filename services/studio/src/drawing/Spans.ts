import type { RunLengths } from "segmentation-client/rle";
import { RunWriter } from "./runs";

/** Pixels by columns, as stretches of rows: what strokes and polygons are before they are run lengths. */
export class Spans {
  private readonly columns = new Map<number, number[]>();

  constructor(private readonly width: number, private readonly height: number) {}

  /** Adds rows `top` up to, not with, `bottom` of a column; the part outside of the picture is left out. */
  add(column: number, top: number, bottom: number): void {
    const from = Math.max(0, top);
    const to = Math.min(this.height, bottom);
    if (column < 0 || column >= this.width || from >= to) {
      return;
    }
    const spans = this.columns.get(column);
    if (spans) {
      spans.push(from, to);
    } else {
      this.columns.set(column, [from, to]);
    }
  }

  /** The mask of all stretches together. */
  toRuns(): RunLengths {
    const writer = new RunWriter(this.width, this.height);
    for (const column of [...this.columns.keys()].sort((a, b) => a - b)) {
      const base = column * this.height;
      for (const [from, to] of merged(this.columns.get(column)!)) {
        writer.span(base + from, base + to);
      }
    }
    return writer.end();
  }
}

function merged(flat: readonly number[]): (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    spans.push([flat[i], flat[i + 1]]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const result: [number, number][] = [];
  for (const [from, to] of spans) {
    const last = result[result.length - 1];
    if (last && from <= last[1]) {
      last[1] = Math.max(last[1], to);
    } else {
      result.push([from, to]);
    }
  }
  return result;
}
