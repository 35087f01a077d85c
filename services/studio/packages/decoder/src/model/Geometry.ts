/** Side of the model's input square, in pixels. */
export const MODEL_SIDE = 1024;
/** Side of the decoder's low-resolution logits. */
export const LOW_RES_SIDE = 256;
/** Side of the embedding's grid of image tokens. */
export const GRID_SIDE = 64;
/** Logits of a grid's cell, down and across. */
export const LOGITS = LOW_RES_SIDE / GRID_SIDE;

const CELL_SIDE = MODEL_SIDE / GRID_SIDE;

/**
 * A picture's place in the model's square, as `ResizeLongestSide` of segment-anything computes it: the longest side
 * becomes 1024 pixels, the picture sits in the top left corner.
 */
export class Geometry {
  readonly resizedWidth: number;
  readonly resizedHeight: number;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    const scale = MODEL_SIDE / Math.max(width, height);
    this.resizedWidth = Math.max(1, Math.floor(width * scale + 0.5));
    this.resizedHeight = Math.max(1, Math.floor(height * scale + 0.5));
  }

  /** Columns of the 64 x 64 grid that masks depend on. */
  get gridColumns(): number {
    return cells(this.resizedWidth);
  }

  /** Rows of the 64 x 64 grid that masks depend on. */
  get gridRows(): number {
    return cells(this.resizedHeight);
  }

  toModelX(x: number): number {
    return x * (this.resizedWidth / this.width);
  }

  toModelY(y: number): number {
    return y * (this.resizedHeight / this.height);
  }
}

/** The last pixels of a cell are interpolated with the next one's values, so two more pixels are needed. */
function cells(resized: number): number {
  return Math.min(GRID_SIDE, Math.ceil((resized + 2) / CELL_SIDE));
}
