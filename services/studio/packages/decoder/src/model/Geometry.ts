import { GRID_SIDE } from "../gen/kernels";

export { GRID_SIDE };
/** Side of the model's input square, in pixels. */
export const MODEL_SIDE = 1024;
/** Side of the decoder's low-resolution logits. */
export const LOW_RES_SIDE = 256;
/** Side of a grid cell in low-resolution logits. */
export const LOGITS = LOW_RES_SIDE / GRID_SIDE;

const CELL_SIDE = MODEL_SIDE / GRID_SIDE;

/**
 * Size and place of an image in the model's square, as `ResizeLongestSide` of segment-anything computes them: the
 * longest side becomes 1024 pixels, and the image lies in the top left corner.
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

/** Cells that cover so many pixels, plus two: the last pixels of a cell are interpolated with values of the next. */
function cells(resized: number): number {
  return Math.min(GRID_SIDE, Math.ceil((resized + 2) / CELL_SIDE));
}
