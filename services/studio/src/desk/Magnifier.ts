import { toCanvas, type Viewport } from "../canvas/Viewport";
import type { Place } from "../drawing/stroke";

const RADIUS = 76;
/** CSS pixels from the pointer to the middle of the glass. */
const DISTANCE = 104;
const FACTOR = 4;
/** CSS pixels a pixel of the picture: single pixels can be seen. */
const LEAST_SCALE = 6;

/** A glass beside the pointer that shows the pixels under it enlarged. */
export class Magnifier {
  /** Draws the glass; the context is in CSS pixels of the canvas. */
  paint(context: CanvasRenderingContext2D, view: Viewport, picture: ImageBitmap, at: Place): void {
    const pointer = toCanvas(view, at.x, at.y);
    const scale = Math.max(view.scale * FACTOR, LEAST_SCALE);
    const x = pointer.x > 2 * DISTANCE ? pointer.x - DISTANCE : pointer.x + DISTANCE;
    const y = pointer.y > 2 * DISTANCE ? pointer.y - DISTANCE : pointer.y + DISTANCE;
    const side = (2 * RADIUS) / scale;
    context.save();
    context.beginPath();
    context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    context.clip();
    context.fillStyle = "#000000";
    context.fillRect(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
    context.imageSmoothingEnabled = false;
    context.drawImage(
      picture, at.x - side / 2, at.y - side / 2, side, side, x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
    context.restore();
    for (const [style, width] of [["rgb(0 0 0 / 70%)", 4], ["#ffffff", 1.5]] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
      context.moveTo(x - 7, y);
      context.lineTo(x + 7, y);
      context.moveTo(x, y - 7);
      context.lineTo(x, y + 7);
      context.stroke();
    }
  }
}
