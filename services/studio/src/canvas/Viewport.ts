/** Place and scale of the picture on the canvas. Lengths on the canvas are CSS pixels. */
export interface Viewport {
  /** CSS pixels a pixel of the picture. */
  readonly scale: number;
  /** Place of the picture's top left corner. */
  readonly x: number;
  readonly y: number;
}

/** A width and a height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 24;
const MAX_SCALE = 40;

/** The whole picture, centred; small ones up to four times their size. */
export function fit(picture: Size, canvas: Size): Viewport {
  const margin = canvas.width < 600 ? 8 : MARGIN;
  const scale = Math.max(0.001, Math.min(
    (canvas.width - 2 * margin) / picture.width, (canvas.height - 2 * margin) / picture.height, 4));
  return {
    scale,
    x: (canvas.width - picture.width * scale) / 2,
    y: (canvas.height - picture.height * scale) / 2,
  };
}

/** Zooms around a point of the canvas, which stays over the same point of the picture. */
export function zoomAt(view: Viewport, factor: number, x: number, y: number, picture: Size, canvas: Size): Viewport {
  const smallest = Math.min(fit(picture, canvas).scale / 2, 1);
  const scale = Math.min(MAX_SCALE, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return keepInSight({ scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, picture, canvas);
}

/** Moves the picture by canvas pixels. */
export function pan(view: Viewport, dx: number, dy: number, picture: Size, canvas: Size): Viewport {
  return keepInSight({ ...view, x: view.x + dx, y: view.y + dy }, picture, canvas);
}

/** Follows a new size of the canvas: a picture shown whole stays whole, another keeps its scale and its middle. */
export function resized(view: Viewport, before: Size, after: Size, picture: Size): Viewport {
  const whole = fit(picture, after);
  return isSame(view, fit(picture, before)) || isSame(view, whole)
    ? whole
    : pan(view, (after.width - before.width) / 2, (after.height - before.height) / 2, picture, after);
}

/** A point of the canvas in pixels of the picture, to the hundredth so that people can copy it; may lie outside. */
export function toPicture(view: Viewport, x: number, y: number): { x: number; y: number } {
  const toHundredth = (value: number) => Math.round(value * 100) / 100;
  return { x: toHundredth((x - view.x) / view.scale), y: toHundredth((y - view.y) / view.scale) };
}

/** A point of the picture on the canvas. */
export function toCanvas(view: Viewport, x: number, y: number): { x: number; y: number } {
  return { x: x * view.scale + view.x, y: y * view.scale + view.y };
}

/** The box between two points of the canvas, cut to the picture; null when it is smaller than a pixel. */
export function boxBetween(
  view: Viewport, picture: Size, from: { x: number; y: number }, to: { x: number; y: number },
): { xMin: number; yMin: number; xMax: number; yMax: number } | null {
  const a = toPicture(view, from.x, from.y);
  const b = toPicture(view, to.x, to.y);
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const box = {
    xMin: clamp(Math.min(a.x, b.x), picture.width),
    yMin: clamp(Math.min(a.y, b.y), picture.height),
    xMax: clamp(Math.max(a.x, b.x), picture.width),
    yMax: clamp(Math.max(a.y, b.y), picture.height),
  };
  return box.xMax - box.xMin >= 1 && box.yMax - box.yMin >= 1 ? box : null;
}

function isSame(one: Viewport, other: Viewport): boolean {
  return Math.abs(one.scale - other.scale) < 1e-6 && Math.abs(one.x - other.x) < 0.01 && Math.abs(one.y - other.y) < 0.01;
}

/** A part of the picture always stays on the canvas. */
function keepInSight(view: Viewport, picture: Size, canvas: Size): Viewport {
  const least = 48;
  return {
    scale: view.scale,
    x: Math.min(canvas.width - least, Math.max(least - picture.width * view.scale, view.x)),
    y: Math.min(canvas.height - least, Math.max(least - picture.height * view.scale, view.y)),
  };
}
