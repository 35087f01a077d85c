import { gemm } from "./gemm";
import { claim } from "./grid";
import { layerNormColumns } from "./layerNorm";
import { applyGelu, madd } from "./vectorMath";

/// Weights of `MaskDecoder.output_upscaling`: two transposed convolutions of size and stride 2, each a product that
/// turns a cell into four pixels, with LayerNorm and GELU between them.
@unmanaged
export class UpscalingWeights {
  channels!: i32;
  /// Channels of a pixel after the first convolution and after the second.
  middle!: i32;
  last!: i32;
  /// `output_upscaling.0` [channels, 4 middle], packed by `packATransposed`.
  firstWeight!: usize;
  /// [middle].
  firstBias!: usize;
  /// `output_upscaling.1`, a LayerNorm [middle].
  normScale!: usize;
  normBias!: usize;
  /// `output_upscaling.3` [middle, 4 last], packed by `packATransposed`.
  secondWeight!: usize;
  /// [last].
  secondBias!: usize;
  /// Scratch of a thread.
  scratchBytes!: i32;
}

/// The first convolution of factored image tokens: a product of depth R in place of 256. docs/model.md, "Factored image
/// tokens".
@unmanaged
export class FactoredUpscaling {
  /// R: coefficients of a cell.
  rank!: i32;
  /// The index of the coefficient that is f, the image factor.
  imageFactor!: i32;
  /// c: [64][rank, 64], `coefficientStride` bytes a row.
  coefficients!: usize;
  coefficientStride!: i32;
  /// [rows][4 middle, 64]: the convolution of the image part u, an image projection.
  imagePart!: usize;
  /// [4 middle]: the convolution's bias and the convolution of the norms' bias.
  bias!: usize;
  /// The convolution of the basis rows [rank, 4 middle], packed by `packATransposed`.
  basis!: usize;
}

/// Upscaling of image tokens to low-resolution logits of the wanted masks.
@unmanaged
export class UpscalePass {
  nextChunk!: i32;
  /// `UpscalingWeights`.
  upscaling!: usize;
  /// [64][channels, 64]: dense image tokens.
  tokens!: usize;
  /// `FactoredUpscaling`, or 0 where image tokens are dense.
  factored!: usize;
  /// Rows and columns of the grid that hold image.
  rows!: i32;
  columns!: i32;
  /// `hyper_in`: outputs of the hypernetworks of at most four masks, [last][4].
  hyperIn!: usize;
  maskCount!: i32;
  /// [maskCount, 4 rows, 4 columns].
  logits!: usize;
  /// `scratchBytes` for each thread.
  scratch!: usize;
}

export function runUpscale(pass: UpscalePass, thread: i32): void {
  const upscaling = changetype<UpscalingWeights>(pass.upscaling);
  const rowBytes = upscaling.channels << 8;
  const plane = 16 * pass.rows * pass.columns;
  const scratch = pass.scratch + thread * upscaling.scratchBytes;
  for (let row = claim(changetype<usize>(pass)); row < pass.rows; row = claim(changetype<usize>(pass))) {
    upscale(
      upscaling, pass.tokens + row * rowBytes, pass.factored, row, pass.columns, pass.hyperIn, pass.maskCount,
      pass.logits + ((16 * row * pass.columns) << 2), plane, scratch);
  }
}

/// The first convolution of one grid row: f times the image projection, plus c times the convolved basis, plus bias.
function setFactored(factored: FactoredUpscaling, row: i32, columns: i32, features: i32, result: usize): void {
  const rank = factored.rank;
  const coefficients = factored.coefficients + row * factored.coefficientStride;
  const imageFactor = coefficients + (factored.imageFactor << 8);
  const imagePart = factored.imagePart + ((row * features) << 8);
  for (let feature = 0; feature < features; feature++) {
    const bias = v128.load32_splat(factored.bias + (feature << 2));
    const first = feature << 8;
    for (let column = 0; column < columns << 2; column += 16) {
      const value = madd(v128.load(imagePart + first + column), v128.load(imageFactor + column), bias);
      v128.store(result + first + column, value);
    }
  }
  gemm(factored.basis, rank << 4, 16, features, rank, coefficients, 256, 32, result, 256, columns);
}

/// Upscales one grid row to four rows of logits.
function upscale(
  upscaling: UpscalingWeights, tokens: usize, factored: usize, row: i32, columns: i32, hyperIn: usize, maskCount: i32,
  logits: usize, plane: i32, scratch: usize,
): void {
  const channels = upscaling.channels;
  const middle = upscaling.middle;
  const last = upscaling.last;
  const padded = (columns + 7) & ~7;
  const pixels = scratch + ((4 * middle) << 8);
  const values = pixels + ((4 * last) << 8);
  if (factored) {
    setFactored(changetype<FactoredUpscaling>(factored), row, padded, 4 * middle, scratch);
  } else {
    fill(scratch, 4 * middle, upscaling.firstBias, middle);
    gemm(
      upscaling.firstWeight, channels << 4, 16, 4 * middle, channels, tokens, 256, 32, scratch, 256, padded);
  }
  for (let quarter = 0; quarter < 4; quarter++) {
    const features = scratch + ((quarter * middle) << 8);
    layerNormColumns(features, middle, padded, upscaling.normScale, upscaling.normBias, 1e-6);
    applyGelu(features, middle, 256, padded);
    fill(pixels, 4 * last, upscaling.secondBias, last);
    gemm(
      upscaling.secondWeight, middle << 4, 16, 4 * last, middle, features, 256, 32, pixels, 256, padded);
    applyGelu(pixels, 4 * last, 256, padded);
    memory.fill(values, 0, 16 << 8);
    for (let pixel = 0; pixel < 4; pixel++) {
      gemm(
        hyperIn, 0, 16, 4, last, pixels + ((pixel * last) << 8), 256, 32,
        values + ((4 * pixel) << 8), 256, padded);
    }
    scatter(values, quarter, columns, logits, maskCount, plane);
  }
}

// Quarter (a, b) and pixel (c, d) of cell x lie in row 2a + c at 4x + 2b + d.
function scatter(values: usize, quarter: i32, columns: i32, logits: usize, maskCount: i32, plane: i32): void {
  for (let pixel = 0; pixel < 4; pixel++) {
    const row = (quarter >> 1) * 2 + (pixel >> 1);
    const column = (quarter & 1) * 2 + (pixel & 1);
    for (let mask = 0; mask < maskCount; mask++) {
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
