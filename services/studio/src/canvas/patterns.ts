import type { Mark } from "../annotation/palette";

/** Device pixels from line to line. */
const PERIOD = 12;
const LINE = 4;

/** Lines of each kind of hatching across one tile, from edge to edge; the first kind has none. */
const LINES: readonly (readonly (readonly [x1: number, y1: number, x2: number, y2: number])[])[] = [
  [],
  [[0, 1, 1, 0]],
  [[0, 0, 1, 1]],
  [[0, 1, 1, 0], [0, 0, 1, 1]],
  [[0, 0.5, 1, 0.5]],
  [[0.5, 0, 0.5, 1]],
];

const known = new Map<string, CanvasPattern>();

/** Fill of a mask: its colour, with the hatching of its mark, which looks the same at any zoom. */
export function fillOf(context: CanvasRenderingContext2D, { colour, pattern }: Mark): string | CanvasPattern {
  if (!LINES[pattern]?.length) {
    return colour;
  }
  const key = `${colour} ${pattern}`;
  let fill = known.get(key);
  if (!fill) {
    fill = context.createPattern(tileOf(colour, LINES[pattern]), "repeat")!;
    known.set(key, fill);
  }
  const scale = 1 / context.getTransform().a;
  fill.setTransform({ a: scale, d: scale });
  return fill;
}

/** Gaps between lines of the colour, dark and light, to be visible on any background. */
function tileOf(colour: string, lines: (typeof LINES)[number]): OffscreenCanvas {
  const tile = new OffscreenCanvas(PERIOD, PERIOD);
  const context = tile.getContext("2d")!;
  context.globalAlpha = 0.45;
  context.fillStyle = colour;
  context.fillRect(0, 0, PERIOD, PERIOD);
  context.globalAlpha = 1;
  for (const [style, width] of [["#000000", LINE], ["#ffffff", LINE / 2]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    for (const line of lines) {
      const [x1, y1, x2, y2] = line.map((share) => share * PERIOD);
      // The neighbouring tiles' lines reach into the corners of this one.
      for (const [dx, dy] of [[0, 0], [-PERIOD, 0], [PERIOD, 0]]) {
        context.moveTo(x1 + dx - (x2 - x1), y1 + dy - (y2 - y1));
        context.lineTo(x2 + dx + (x2 - x1), y2 + dy + (y2 - y1));
      }
    }
    context.stroke();
  }
  return tile;
}
