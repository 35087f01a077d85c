import type { RunLengths } from "segmentation-client/rle";
import { Spans } from "./Spans";

/** A place in pixels of the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * The pixels of a round brush that goes along places: those whose centres are no further from the way than half of the
 * diameter. A click is a way of one place. At least the pixel under each place is taken, however thin the brush.
 */
export function strokeRuns(places: readonly Place[], diameter: number, width: number, height: number): RunLengths {
  const spans = new Spans(width, height);
  const radius = diameter / 2;
  places.forEach((place, index) => {
    addCapsule(spans, places[Math.max(0, index - 1)], place, radius);
    const [x, y] = [Math.floor(place.x), Math.floor(place.y)];
    spans.add(x, y, y + 1);
  });
  return spans.toRuns();
}

/** Adds the pixels around a line. The shape is convex: one stretch a column. */
function addCapsule(spans: Spans, from: Place, to: Place, radius: number): void {
  const left = Math.ceil(Math.min(from.x, to.x) - radius - 0.5);
  const right = Math.floor(Math.max(from.x, to.x) + radius - 0.5);
  for (let column = left; column <= right; column++) {
    const range = rangeOf(column + 0.5, from, to, radius);
    if (range) {
      spans.add(column, Math.ceil(range[0] - 0.5), Math.floor(range[1] - 0.5) + 1);
    }
  }
}

/** The part of a vertical line at x that is within a radius of the line between two places. */
function rangeOf(x: number, from: Place, to: Place, radius: number): readonly [number, number] | null {
  let [top, bottom] = [Infinity, -Infinity];
  const take = (y: number) => {
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const end of [from, to]) {
    const across = radius * radius - (x - end.x) ** 2;
    if (across >= 0) {
      take(end.y - Math.sqrt(across));
      take(end.y + Math.sqrt(across));
    }
  }
  // The two long sides of the shape, which the vertical line may cross between the round ends.
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length > 0 && dx !== 0) {
    for (const side of [-1, 1]) {
      const [ox, oy] = [(-dy / length) * radius * side, (dx / length) * radius * side];
      const share = (x - from.x - ox) / dx;
      if (share >= 0 && share <= 1) {
        take(from.y + oy + share * dy);
      }
    }
  }
  return top <= bottom ? [top, bottom] : null;
}
