import { gemm } from "./gemm";
import { exp, maximum } from "./vectorMath";

/// Cross attention of the image to a prompt's tokens: `cross_attn_image_to_token`. Softmax depends on differences of
/// scores only, so the last token's key is subtracted from all keys and its score is zero; its value is the origin o,
/// and the other values are relative to it. This saves one key and one value a head (docs/model.md).
@unmanaged
export class ImageToTokenAttention {
  /// T - 1: tokens but the last.
  shiftedCount!: i32;
  /// 8: each head has its own part of the queries; 1: all heads share them.
  groups!: i32;
  /// Channels of a key.
  depth!: i32;
  /// Shifted keys over the square root of a head's size, packed by `packA`, one group after the other.
  keys!: usize;
  /// [8 shiftedCount]: the query bias times each key, which is added to its scores.
  bias!: usize;
  /// [8 shiftedCount, rank], packed by `packA`: keys times the basis rows, which score the coefficients.
  coefficientKeys!: usize;
  /// R: coefficients of an image token; 0 where image tokens are dense.
  rank!: i32;
  /// V: shifted values after the output projection [8 shiftedCount, channels], packed by `packATransposed`. Unused
  /// where image tokens are factored.
  values!: usize;
  /// o [channels]: the last token's value after the output projection, plus that projection's bias.
  origin!: usize;
}

/// Computes the attention weights a of a grid row's cells over all tokens but the last: [8 shiftedCount, 64], head by
/// head. The result needs room for 3 rows more.
export function imageToTokenWeights(
  attention: ImageToTokenAttention, queries: usize, coefficients: usize, weights: usize,
): void {
  const groups = attention.groups;
  const depth = attention.depth;
  const scores = 8 * attention.shiftedCount;
  for (let i = 0; i < scores; i++) {
    const bias = v128.load32_splat(attention.bias + (i << 2));
    for (let at = weights + (i << 8), end = at + 256; at < end; at += 16) {
      v128.store(at, bias);
    }
  }
  const keys = scores / groups;
  const padded = (keys + 3) & ~3;
  for (let group = 0; group < groups; group++) {
    // The last panel of a group adds zeros to the rows of the next group.
    gemm(
      attention.keys + ((group * padded * depth) << 2), depth << 4, 16, padded, depth,
      queries + ((group * depth) << 8), 256, 32, weights + ((group * keys) << 8), 256, 64);
  }
  const rank = attention.rank;
  if (rank) {
    gemm(attention.coefficientKeys, rank << 4, 16, scores, rank, coefficients, 256, 32, weights, 256, 64);
  }
  shiftedSoftmax(weights, attention.shiftedCount);
}

/// Adds the attention's output a V + o to a grid row [channels, 64]; `sum` may be the row itself. `weights` is scratch
/// for 8 shiftedCount + 3 rows.
export function attendImageToTokens(
  attention: ImageToTokenAttention, queries: usize, row: usize, sum: usize, channels: i32, weights: usize,
): void {
  const scores = 8 * attention.shiftedCount;
  imageToTokenWeights(attention, queries, 0, weights);
  for (let channel = 0; channel < channels; channel++) {
    const origin = v128.load32_splat(attention.origin + (channel << 2));
    const first = channel << 8;
    for (let i = first; i < first + 256; i += 16) {
      v128.store(sum + i, f32x4.add(v128.load(row + i), origin));
    }
  }
  gemm(attention.values, scores << 4, 16, channels, scores, weights, 256, 32, sum, 256, 64);
}

/// Softmax over the tokens, of scores relative to the last token's, which is zero.
function shiftedSoftmax(weights: usize, shiftedCount: i32): void {
  const bytes = shiftedCount << 8;
  for (let head = 0; head < 8; head++) {
    for (let column = 0; column < 256; column += 64) {
      const first = weights + column;
      const end = first + bytes;
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let at = first; at < end; at += 256) {
        a = maximum(a, v128.load(at));
        b = maximum(b, v128.load(at, 16));
        c = maximum(c, v128.load(at, 32));
        d = maximum(d, v128.load(at, 48));
      }
      let sumA = exp(f32x4.neg(a));
      let sumB = exp(f32x4.neg(b));
      let sumC = exp(f32x4.neg(c));
      let sumD = exp(f32x4.neg(d));
      for (let at = first; at < end; at += 256) {
        const powerA = exp(f32x4.sub(v128.load(at), a));
        const powerB = exp(f32x4.sub(v128.load(at, 16), b));
        const powerC = exp(f32x4.sub(v128.load(at, 32), c));
        const powerD = exp(f32x4.sub(v128.load(at, 48), d));
        v128.store(at, powerA);
        v128.store(at, powerB, 16);
        v128.store(at, powerC, 32);
        v128.store(at, powerD, 48);
        sumA = f32x4.add(sumA, powerA);
        sumB = f32x4.add(sumB, powerB);
        sumC = f32x4.add(sumC, powerC);
        sumD = f32x4.add(sumD, powerD);
      }
      a = f32x4.div(f32x4.splat(1), sumA);
      b = f32x4.div(f32x4.splat(1), sumB);
      c = f32x4.div(f32x4.splat(1), sumC);
      d = f32x4.div(f32x4.splat(1), sumD);
      for (let at = first; at < end; at += 256) {
        v128.store(at, f32x4.mul(v128.load(at), a));
        v128.store(at, f32x4.mul(v128.load(at, 16), b), 16);
        v128.store(at, f32x4.mul(v128.load(at, 32), c), 32);
        v128.store(at, f32x4.mul(v128.load(at, 48), d), 48);
      }
    }
    weights += bytes;
  }
}
