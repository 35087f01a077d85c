import { gemm, gemmRows } from "./gemm";
import { initSoftmaxState, softmaxStateBytes, updateOnlineSoftmax } from "./onlineSoftmax";

/// Cross attention of a prompt's tokens to the image: `cross_attn_token_to_image` and `final_attn_token_to_image`. Grid
/// rows come one after the other and update an online softmax. Each chunk of rows has a state of its own; the chunks
/// are merged in order at the end.
///
/// The image's keys and values are dense (`rank` 0), or an image part plus coefficients c times rows of the prompt
/// (docs/model.md, "Factored image tokens").
@unmanaged
export class TokenToImageAttention {
  /// [depth, stride]: queries over the square root of a head's size, zero in the padding. A group's columns lie
  /// together and are a multiple of 4.
  queries!: usize;
  /// [rank, stride]: queries times the basis rows, which score the coefficients.
  coefficientQueries!: usize;
  /// Columns of all heads' queries.
  stride!: i32;
  /// 8: each head has its own part of keys and values; 1: all heads share them.
  groups!: i32;
  /// Channels of a group's keys and of its values, a multiple of 4.
  depth!: i32;
  /// R: coefficients of an image token; 0 where image tokens are dense.
  rank!: i32;
  /// Rows of the accumulator: `depth`, plus the rank rounded up to a multiple of 4.
  valueRows!: i32;
  /// [CHUNKS] states of the online softmax, `softmaxStateBytes` apart.
  states!: usize;
}

/// The state of a chunk of grid rows, set to no keys seen.
export function initChunkState(attention: TokenToImageAttention, chunk: i32): usize {
  const state = attention.states + chunk * softmaxStateBytes(attention.stride, attention.valueRows);
  initSoftmaxState(state, attention.stride, attention.valueRows);
  return state;
}

/// Attends to one grid row: keys and values [groups depth, 64], coefficients [rank, 64] with rows of zeros up to a
/// multiple of 4. `scores` is scratch for [64, stride].
export function attendTokensToImage(
  attention: TokenToImageAttention, state: usize, keys: usize, values: usize, coefficients: usize, scores: usize,
): void {
  const bytes = attention.stride << 2;
  const groups = attention.groups;
  const columns = attention.stride / groups;
  const depth = attention.depth;
  const rank = attention.rank;
  memory.fill(scores, 0, bytes << 6);
  for (let group = 0; group < groups; group++) {
    const first = (group * columns) << 2;
    gemm(
      keys + ((group * depth) << 8), 16, 256, 64, depth,
      attention.queries + first, bytes, 32, scores + first, bytes, columns);
  }
  if (rank) {
    gemm(coefficients, 16, 256, 64, rank, attention.coefficientQueries, bytes, 32, scores, bytes, attention.stride);
  }
  updateOnlineSoftmax(state, scores, attention.stride, attention.valueRows);
  const accumulator = state + 2 * bytes;
  for (let group = 0; group < groups; group++) {
    const first = (group * columns) << 2;
    gemmRows(values + ((group * depth) << 8), depth, scores + first, bytes, accumulator + first, bytes, columns);
  }
  if (rank) {
    gemmRows(
      coefficients, attention.valueRows - depth, scores, bytes, accumulator + depth * bytes, bytes, attention.stride);
  }
}
