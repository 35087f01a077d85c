import type { Viewport } from "./Viewport";

/** Below this size halving a picture again saves nothing. */
const SMALLEST = 1024;

/** A picture and its halves, quarters, ..., so that a large one is drawn small without reading all its pixels. */
export class Pyramid {
  private readonly levels: ImageBitmap[];

  private constructor(levels: ImageBitmap[]) {
    this.levels = levels;
  }

  /** The picture in full. */
  get full(): ImageBitmap {
    return this.levels[0];
  }

  /** The smallest one, for thumbnails. */
  get smallest(): ImageBitmap {
    return this.levels[this.levels.length - 1];
  }

  /** Decodes a picture and halves it until it is small. */
  static async decode(file: Blob): Promise<Pyramid> {
    const levels = [await createImageBitmap(file)];
    for (let last = levels[0]; Math.max(last.width, last.height) >= 2 * SMALLEST; last = levels[levels.length - 1]) {
      levels.push(await createImageBitmap(last, {
        resizeWidth: Math.round(last.width / 2),
        resizeHeight: Math.round(last.height / 2),
        resizeQuality: "high",
      }));
    }
    return new Pyramid(levels);
  }

  /**
   * Draws the picture; enlarged pixels are not smoothed.
   * @param isMoving True for a frame of a movement, which is drawn faster and less smooth.
   */
  draw(context: CanvasRenderingContext2D, view: Viewport, pixelRatio: number, isMoving = false): void {
    const scale = view.scale * pixelRatio;
    const { width, height } = this.full;
    const level = this.levels.findLast((bitmap) => bitmap.width >= width * scale) ?? this.full;
    context.imageSmoothingEnabled = scale < 3;
    context.imageSmoothingQuality = isMoving ? "low" : "high";
    context.drawImage(level, view.x * pixelRatio, view.y * pixelRatio, width * scale, height * scale);
  }

  /** Frees the pixels. */
  close(): void {
    for (const level of this.levels) {
      level.close();
    }
  }
}
