import { gemm } from "./gemm";
import { CHUNK_ROWS, CHUNKS, claim, EPSILON } from "./grid";
import { ImageToTokenAttention, imageToTokenWeights } from "./imageToToken";
import { attendTokensToImage, initChunkState, TokenToImageAttention } from "./tokenToImage";
import { madd, maximum } from "./vectorMath";

/// 2 X of the basis rows that a layer appends (values V, origin o): products with a cell's centred image part u P,
/// computed as (u P Wo') v'. docs/model.md, "Factored image tokens".
@unmanaged
export class CrossTerm {
  /// Shifted values before the output projection, packed by `packA`, one head after the other.
  values!: usize;
  /// The last token's value before the output projection, as one panel of `packA`.
  origin!: usize;
  /// [64][inner + 1, 64]: the image part times twice the transposed output projection; the last row is for its bias.
  imagePart!: usize;
}

/// The image's part of a layer with factored image tokens, as `DenseLayerPass` otherwise. After a layer a cell's token
/// is
///
///     x = f u + c B + b
///
/// with the image part u, the same for all prompts; the image factor f; the cell's R coefficients c; the prompt's basis
/// B; and the norm's bias b. A layer appends its attention weights a and a 1 to c; every norm multiplies f and c by r =
/// 1/sigma. A reader of x multiplies it by a weight W: it reads the image projection u W, computed once an image, times
/// f, and the coefficients times B W, computed once a prompt. docs/model.md, "Factored image tokens".
@unmanaged
export class FactoredLayerPass {
  nextChunk!: i32;
  /// `ImageToTokenAttention` of this layer.
  imageToToken!: usize;
  /// `TokenToImageAttention` of the next layer.
  tokenToImage!: usize;
  channels!: i32;
  /// Channels of keys, values and queries of all heads.
  inner!: i32;
  /// [64][inner, 64], `queryStride` bytes a row: prepared queries (layer 0), or the image projection of queries (layer
  /// 1).
  queries!: usize;
  queryStride!: i32;
  /// [64][inner, 64], `positionStride` bytes a row: what the positions add to the image projection of queries; 0 in
  /// layer 0.
  queryPositions!: usize;
  /// [64][inner, 64], `imageStride` bytes a row: image projections of keys and values.
  keys!: usize;
  values!: usize;
  imageStride!: i32;
  /// [64][inner, 64], `positionStride` bytes a row: what the positions add to keys.
  keyPositions!: usize;
  positionStride!: i32;
  /// Coefficients of the layer before; 0 in layer 0.
  previousRank!: i32;
  /// c: [64][previousRank + 8 shiftedCount + 1, 64], `coefficientStride` bytes a row, a multiple of 4 rows.
  coefficients!: usize;
  coefficientStride!: i32;
  /// `CrossTerm` of the layer before, if there is one, and of this one.
  crossTerms!: usize;
  /// G: Gram matrix of the centred basis, its upper half with doubled off-diagonals, packed by `packA`.
  gram!: usize;
  /// [64], 512 bytes a grid row: |u P|^2 of the image part as it enters the norm.
  squaredNorms!: usize;
  /// `factoredScratchBytes` for each thread.
  scratch!: usize;
}

/// Scratch of a thread in a factored layer: keys, values, inner products, scores.
export function factoredScratchBytes(inner: i32, rank: i32, stride: i32): i32 {
  return (inner << 9) + ((rank + 7) << 8) + (stride << 8);
}

export function runFactoredLayer(pass: FactoredLayerPass, thread: i32): void {
  const imageToToken = changetype<ImageToTokenAttention>(pass.imageToToken);
  const tokenToImage = changetype<TokenToImageAttention>(pass.tokenToImage);
  const inner = pass.inner;
  const own = 8 * imageToToken.shiftedCount;
  const previousRank = pass.previousRank;
  const rank = previousRank + own + 1;
  const paddedRank = (rank + 3) & ~3;
  const keys = pass.scratch + thread * factoredScratchBytes(inner, rank, tokenToImage.stride);
  const values = keys + (inner << 8);
  const innerProducts = values + (inner << 8);
  const scores = innerProducts + ((rank + 7) << 8);
  for (let chunk = claim(changetype<usize>(pass)); chunk < CHUNKS; chunk = claim(changetype<usize>(pass))) {
    const state = initChunkState(tokenToImage, chunk);
    for (let row = chunk * CHUNK_ROWS; row < (chunk + 1) * CHUNK_ROWS; row++) {
      const coefficients = pass.coefficients + row * pass.coefficientStride;
      // f is the coefficient of layer 0's origin: both begin as 1, and every norm multiplies them by r.
      const imageFactor = coefficients + (own << 8);
      const positions = row * pass.positionStride;
      let queries = pass.queries + row * pass.queryStride;
      if (previousRank) {
        fusedScaleAdd(queries, imageFactor, pass.queryPositions + positions, inner, keys);
        queries = keys;
      }
      imageToTokenWeights(imageToToken, queries, coefficients, coefficients + (previousRank << 8));
      fillRows(coefficients + ((rank - 1) << 8), 1, 1);
      fillRows(coefficients + (rank << 8), paddedRank - rank, 0);
      factoredLayerNorm(pass, row, coefficients, previousRank, own, rank, innerProducts);
      fusedScaleAdd(pass.keys + row * pass.imageStride, imageFactor, pass.keyPositions + positions, inner, keys);
      fusedScaleAdd(pass.values + row * pass.imageStride, imageFactor, 0, inner, values);
      attendTokensToImage(tokenToImage, state, keys, values, coefficients, scores);
    }
  }
}

/// `norm4` of a grid row's tokens in factored form. Centring is in P and in the basis, so only the variance is needed:
///
///     sigma^2 = (f^2 |u P|^2 + (2 f X + c G) c') / C
///
/// Multiplies all coefficients by r = 1/sigma, in place; f is one of them.
function factoredLayerNorm(
  pass: FactoredLayerPass, row: i32, coefficients: usize, previousRank: i32, own: i32, rank: i32, innerProducts: usize,
): void {
  const imageFactor = coefficients + (own << 8);
  const paddedRank = (rank + 3) & ~3;
  fillRows(innerProducts, paddedRank + 3, 0);
  const image = row * pass.imageStride;
  let crossTerm = pass.crossTerms;
  if (previousRank) {
    addCrossTerm(changetype<CrossTerm>(crossTerm), pass.inner, own, image, innerProducts);
    crossTerm += offsetof<CrossTerm>();
  }
  addCrossTerm(changetype<CrossTerm>(crossTerm), pass.inner, own, image, innerProducts + (previousRank << 8));
  if (previousRank) {
    for (let at = innerProducts, end = at + (rank << 8); at < end; at += 256) {
      for (let i = 0; i < 256; i += 16) {
        v128.store(at + i, f32x4.mul(v128.load(at + i), v128.load(imageFactor + i)));
      }
    }
  }
  // c G, four rows at a time: below the diagonal there is nothing to add.
  for (let first = 0; first < paddedRank; first += 4) {
    gemm(
      pass.gram + ((first * rank) << 2) + (first << 4), 0, 16, 4, rank - first,
      coefficients + (first << 8), 256, 32, innerProducts + (first << 8), 256, 64);
  }
  const inverseCount = f32x4.splat(1 / <f32>pass.channels);
  for (let column = 0; column < 256; column += 16) {
    let squares = v128.load(pass.squaredNorms + (row << 9) + column);
    if (previousRank) {
      const factor = v128.load(imageFactor + column);
      squares = f32x4.mul(squares, f32x4.mul(factor, factor));
    }
    const end = coefficients + (rank << 8);
    let innerProduct = innerProducts + column;
    for (let at = coefficients + column; at < end; at += 256) {
      squares = madd(v128.load(at), v128.load(innerProduct), squares);
      innerProduct += 256;
    }
    // Where large parts cancel, rounding may give a negative sum.
    const variance = f32x4.mul(maximum(squares, f32x4.splat(0)), inverseCount);
    const r = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(EPSILON))));
    for (let at = coefficients + column; at < end; at += 256) {
      v128.store(at, f32x4.mul(v128.load(at), r));
    }
  }
}

/// Adds 2 X of a layer's own coefficients to inner products [own + 1, 64]; adds zeros to 3 rows more.
function addCrossTerm(crossTerm: CrossTerm, inner: i32, own: i32, image: usize, innerProducts: usize): void {
  const size = inner / 8;
  const shiftedCount = own / 8;
  const padded = (shiftedCount + 3) & ~3;
  const imagePart = crossTerm.imagePart + image;
  for (let head = 0; head < 8; head++) {
    gemm(
      crossTerm.values + ((head * padded * size) << 2), size << 4, 16, padded, size,
      imagePart + ((head * size) << 8), 256, 32, innerProducts + ((head * shiftedCount) << 8), 256, 64);
  }
  const origin = innerProducts + (own << 8);
  gemm(crossTerm.origin, 0, 16, 4, inner, imagePart, 256, 32, origin, 256, 64);
  for (let i = 0; i < 256; i += 16) {
    v128.store(origin + i, f32x4.add(v128.load(origin + i), v128.load(imagePart + (inner << 8) + i)));
  }
}

/// result = row * scale + added, for a grid row [channels, 64] and a scale for each column; `added` may be 0.
function fusedScaleAdd(row: usize, scale: usize, added: usize, channels: i32, result: usize): void {
  for (const end = row + (channels << 8); row < end; row += 256) {
    if (added) {
      for (let i = 0; i < 256; i += 16) {
        v128.store(result + i, madd(v128.load(row + i), v128.load(scale + i), v128.load(added + i)));
      }
      added += 256;
    } else {
      for (let i = 0; i < 256; i += 16) {
        v128.store(result + i, f32x4.mul(v128.load(row + i), v128.load(scale + i)));
      }
    }
    result += 256;
  }
}

function fillRows(rows: usize, count: i32, value: f32): void {
  for (const end = rows + (count << 8); rows < end; rows += 16) {
    v128.store(rows, f32x4.splat(value));
  }
}
