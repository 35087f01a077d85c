/** A mask as run lengths in column-major order, zeros first, as COCO counts them. */
export interface RunLengths {
  /** Rows of the image, in pixels. */
  readonly height: number;
  /** Columns of the image, in pixels. */
  readonly width: number;
  /** Pixels outside, inside, outside, ...; together height x width. */
  readonly counts: Uint32Array;
}

/** A box in whole pixels. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const ZERO = 48;
const CONTINUES = 0x20;
const NEGATIVE = 0x10;

/** Reads COCO's compressed string, as pycocotools' `rleFrString`. */
export function decodeCounts(text: string): Uint32Array {
  const counts = new Int32Array(text.length);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let digit: number;
    do {
      digit = text.charCodeAt(at++) - ZERO;
      if (!(digit >= 0 && digit < 64)) {
        throw new RangeError(`Character ${at - 1} of the run lengths is not one of COCO's.`);
      }
      value |= (digit & 0x1f) << shift;
      shift += 5;
    } while (digit & CONTINUES);
    if (digit & NEGATIVE && shift < 32) {
      value |= -1 << shift;
    }
    counts[length] = length > 2 ? value + counts[length - 2] : value;
    length++;
  }
  return new Uint32Array(counts.buffer, 0, length).slice();
}

/** Writes COCO's compressed string, as pycocotools' `rleToString`. */
export function encodeCounts(counts: Uint32Array): string {
  const digits: string[] = [];
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i] - counts[i - 2] : counts[i];
    let more = true;
    while (more) {
      let digit = rest & 0x1f;
      rest >>= 5;
      more = digit & NEGATIVE ? rest !== -1 : rest !== 0;
      if (more) {
        digit |= CONTINUES;
      }
      digits.push(String.fromCharCode(digit + ZERO));
    }
  }
  return digits.join("");
}

/** Pixels inside. */
export function areaOf(mask: RunLengths): number {
  let area = 0;
  for (let i = 1; i < mask.counts.length; i += 2) {
    area += mask.counts[i];
  }
  return area;
}

/** The smallest box around the mask; all zero for an empty one. */
export function boxOf({ height, counts }: RunLengths): PixelBox {
  let left = Infinity;
  let right = -1;
  let top = Infinity;
  let bottom = -1;
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = at + counts[i];
    if (i & 1 && end > at) {
      const first = Math.floor(at / height);
      const last = Math.floor((end - 1) / height);
      left = Math.min(left, first);
      right = Math.max(right, last);
      top = Math.min(top, last > first ? 0 : at - first * height);
      bottom = Math.max(bottom, last > first ? height - 1 : end - 1 - first * height);
    }
    at = end;
  }
  return right < 0
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Returns true if a pixel is inside, by a walk over the runs. */
export function contains({ height, width, counts }: RunLengths, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= width || y >= height) {
    return false;
  }
  const wanted = x * height + y;
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    at += counts[i];
    if (at > wanted) {
      return (i & 1) === 1;
    }
  }
  return false;
}

/** Intersection over union of two masks of the same image; 1 when both are empty. */
export function iouOf(a: RunLengths, b: RunLengths): number {
  let intersection = 0;
  let union = 0;
  let i = 0;
  let j = 0;
  let restA = a.counts.length ? a.counts[0] : 0;
  let restB = b.counts.length ? b.counts[0] : 0;
  while (i < a.counts.length && j < b.counts.length) {
    const step = Math.min(restA, restB);
    if (i & 1 & j) {
      intersection += step;
    }
    if ((i | j) & 1) {
      union += step;
    }
    restA -= step;
    restB -= step;
    if (restA === 0 && ++i < a.counts.length) {
      restA = a.counts[i];
    }
    if (restB === 0 && ++j < b.counts.length) {
      restB = b.counts[j];
    }
  }
  return union === 0 ? 1 : intersection / union;
}

/** Calls back once for each stretch of pixels inside that lies in one column: rows from top up to, not with, bottom. */
export function forEachSpan(
  { height, counts }: RunLengths,
  visit: (column: number, top: number, bottom: number) => void,
): void {
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = at + counts[i];
    if (i & 1) {
      while (at < end) {
        const column = Math.floor(at / height);
        const stop = Math.min(end, (column + 1) * height);
        visit(column, at - column * height, stop - column * height);
        at = stop;
      }
    }
    at = end;
  }
}

/** Row-major pixels, 255 inside and 0 outside. */
export function toPixels(mask: RunLengths): Uint8Array {
  const { width, height } = mask;
  const pixels = new Uint8Array(width * height);
  forEachSpan(mask, (column, top, bottom) => {
    for (let at = top * width + column, end = bottom * width + column; at < end; at += width) {
      pixels[at] = 255;
    }
  });
  return pixels;
}

/** Run lengths of row-major pixels; anything but zero is inside. */
export function fromPixels(pixels: ArrayLike<number>, width: number, height: number): RunLengths {
  const counts: number[] = [];
  let inside = false;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if ((pixels[y * width + x] !== 0) !== inside) {
        counts.push(run);
        run = 0;
        inside = !inside;
      }
      run++;
    }
  }
  counts.push(run);
  return { width, height, counts: Uint32Array.from(counts) };
}
