import { applyGelu, madd } from "./vectorMath";
import { normaliseColumns } from "./layerNorm";
import { addProduct } from "./gemm";

/// Weights of the upscaling: two transposed convolutions of size and stride 2, each a product that gives a cell four
/// pixels, with LayerNorm and GELU between. Reference: `MaskDecoder.output_upscaling`.
@unmanaged
export class Upscaling {
  channels!: i32;
  /// Channels of a pixel after the first convolution and after the second.
  middle!: i32;
  last!: i32;
  /// [channels, 4 middle] and [middle, 4 last], packed by `packColumns`.
  first!: usize;
  firstBias!: usize;
  scale!: usize;
  bias!: usize;
  second!: usize;
  secondBias!: usize;
  /// Bytes of scratch.
  bytes!: i32;
}

/// The first convolution's features by what the passes kept of each cell, in place of its tokens (`FoldedPass`): a product
/// of a hundred numbers instead of 256.
@unmanaged
export class Folded {
  /// Numbers kept.
  depth!: i32;
  /// Which of them is the factor of the picture's part.
  factor!: i32;
  /// [rows][depth, 64], `keptBytes` from one to the next.
  kept!: usize;
  keptBytes!: i32;
  /// [rows][4 middle, 64]: features of the picture alone.
  ofImage!: usize;
  /// [4 middle].
  bias!: usize;
  /// What each number kept contributes, [depth, 4 middle], packed by `packColumns`.
  contributions!: usize;
}

function setFolded(folded: Folded, row: i32, columns: i32, features: i32, result: usize): void {
  const depth = folded.depth;
  const kept = folded.kept + row * folded.keptBytes;
  const factors = kept + (folded.factor << 8);
  const ofImage = folded.ofImage + ((row * features) << 8);
  for (let feature = 0; feature < features; feature++) {
    const bias = v128.load32_splat(folded.bias + (feature << 2));
    const first = feature << 8;
    for (let column = 0; column < columns << 2; column += 16) {
      const value = madd(v128.load(ofImage + first + column), v128.load(factors + column), bias);
      v128.store(result + first + column, value);
    }
  }
  addProduct(folded.contributions, depth << 4, 16, features, depth, kept, 256, 32, result, 256, columns);
}

/// One grid row, its tokens [channels, 64] or what is folded of it, to four rows of logits.
export function upscale(
  upscaling: Upscaling, tokens: usize, folded: usize, row: i32, columns: i32, hypernetworks: usize, masks: i32,
  logits: usize, plane: i32, scratch: usize,
): void {
  const channels = upscaling.channels;
  const middle = upscaling.middle;
  const last = upscaling.last;
  const padded = (columns + 7) & ~7;
  const pixels = scratch + ((4 * middle) << 8);
  const values = pixels + ((4 * last) << 8);
  if (folded) {
    setFolded(changetype<Folded>(folded), row, padded, 4 * middle, scratch);
  } else {
    fill(scratch, 4 * middle, upscaling.firstBias, middle);
    addProduct(
      upscaling.first, channels << 4, 16, 4 * middle, channels, tokens, 256, 32, scratch, 256, padded);
  }
  for (let quarter = 0; quarter < 4; quarter++) {
    const features = scratch + ((quarter * middle) << 8);
    normaliseColumns(features, middle, padded, upscaling.scale, upscaling.bias, 1e-6);
    applyGelu(features, middle, 256, padded);
    fill(pixels, 4 * last, upscaling.secondBias, last);
    addProduct(
      upscaling.second, middle << 4, 16, 4 * last, middle, features, 256, 32, pixels, 256, padded);
    applyGelu(pixels, 4 * last, 256, padded);
    memory.fill(values, 0, 16 << 8);
    for (let pixel = 0; pixel < 4; pixel++) {
      addProduct(
        hypernetworks, 0, 16, 4, last, pixels + ((pixel * last) << 8), 256, 32,
        values + ((4 * pixel) << 8), 256, padded);
    }
    scatter(values, quarter, columns, logits, masks, plane);
  }
}

// Quarter (a, b) and pixel (c, d) of cell x lie in row 2a + c at 4x + 2b + d.
function scatter(values: usize, quarter: i32, columns: i32, logits: usize, masks: i32, plane: i32): void {
  for (let pixel = 0; pixel < 4; pixel++) {
    const row = (quarter >> 1) * 2 + (pixel >> 1);
    const column = (quarter & 1) * 2 + (pixel & 1);
    for (let mask = 0; mask < masks; mask++) {
      const from = values + ((4 * pixel + mask) << 8);
      const to = logits + ((mask * plane + row * 4 * columns + column) << 2);
      for (let cell = 0; cell < columns; cell++) {
        store<f32>(to + (cell << 4), load<f32>(from + (cell << 2)));
      }
    }
  }
}

function fill(rows: usize, count: i32, bias: usize, channels: i32): void {
  for (let row = 0; row < count; row++) {
    const value = v128.load32_splat(bias + ((row % channels) << 2));
    for (const end = rows + 256; rows < end; rows += 16) {
      v128.store(rows, value);
    }
  }
}
