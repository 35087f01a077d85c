import { LOW_RES_SIDE, MODEL_SIDE } from "../model/Geometry";

/**
 * Interpolation along one axis, from low-resolution logits to the image: both bilinear steps of the reference's
 * `postprocess_masks` (256 to 1024, crop, 1024 to the image) as one sparse matrix with three weights a pixel.
 */
export class AxisTaps {
  readonly first: Uint16Array;
  readonly weights: Float32Array;
  /** Low-resolution values that pixels read: those below this index. */
  readonly required: number;

  /**
   * @param size The image's pixels along this axis.
   * @param resizedSize Its pixels along this axis inside the 1024 square.
   */
  constructor(
    readonly size: number,
    resizedSize: number,
  ) {
    this.first = new Uint16Array(size);
    this.weights = new Float32Array(3 * size);
    let required = 0;
    const taps = [0, 0, 0];
    for (let pixel = 0; pixel < size; pixel++) {
      const first = compose(pixel, size, resizedSize, taps);
      this.first[pixel] = first;
      this.weights.set(taps, 3 * pixel);
      required = Math.max(required, first + (taps[2] !== 0 ? 3 : taps[1] !== 0 ? 2 : 1));
    }
    this.required = required;
  }
}

const LAST = LOW_RES_SIDE - 1;

function compose(pixel: number, size: number, resizedSize: number, taps: number[]): number {
  taps.fill(0);
  const [near, fraction] = source(pixel, Math.fround(resizedSize / size), resizedSize - 1);
  const far = Math.min(near + 1, resizedSize - 1);
  const [first, nearFraction] = source(near, LOW_RES_SIDE / MODEL_SIDE, LAST);
  const [second, farFraction] = source(far, LOW_RES_SIDE / MODEL_SIDE, LAST);
  add(taps, first, first, nearFraction, 1 - fraction);
  add(taps, first, second, farFraction, fraction);
  return first;
}

function add(taps: number[], first: number, index: number, fraction: number, weight: number): void {
  taps[index - first] += (1 - fraction) * weight;
  taps[Math.min(index + 1, LAST) - first] += fraction * weight;
}

/** PyTorch's `area_pixel_compute_source_index`, in 32 bits as there. */
function source(pixel: number, scale: number, last: number): [index: number, fraction: number] {
  const position = Math.max(Math.fround(Math.fround(scale * Math.fround(pixel + 0.5)) - 0.5), 0);
  const index = Math.min(Math.floor(position), last);
  return [index, Math.min(Math.fround(position - index), 1)];
}
