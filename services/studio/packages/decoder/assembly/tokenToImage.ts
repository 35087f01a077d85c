import { exp, larger, madd } from "./vectorMath";
import { addProduct, addRowsProduct } from "./gemm";

/// The image attends to tokens. Softmax sees differences only, so the last token's score is taken as zero and its value
/// as the origin: one key and one value a head fewer (docs/model.md).
@unmanaged
export class ToTokens {
  /// Tokens less one.
  others!: i32;
  /// 8: every head has its own part of the queries; or 1: all have the same.
  groups!: i32;
  /// Channels of a key.
  depth!: i32;
  /// Relative keys, packed by `packRows`, one group after the other.
  keys!: usize;
  /// [8 others], added to every score of a key.
  bias!: usize;
  /// Keys for what is kept of each cell [8 others, keptDepth], packed by `packRows`; `keptDepth` may be 0.
  keptKeys!: usize;
  keptDepth!: i32;
  /// Relative values behind the output projection [8 others, channels], packed by `packColumns`.
  values!: usize;
  /// [channels]: the last token's value behind the output projection, and its bias.
  origin!: usize;
}

/// What each of a grid row's cells takes of each token but the last, by head: [8 others, 64], and room for 3 rows more.
export function shareTokens(attention: ToTokens, queries: usize, kept: usize, shares: usize): void {
  const groups = attention.groups;
  const depth = attention.depth;
  const scores = 8 * attention.others;
  for (let i = 0; i < scores; i++) {
    const bias = v128.load32_splat(attention.bias + (i << 2));
    for (let at = shares + (i << 8), end = at + 256; at < end; at += 16) {
      v128.store(at, bias);
    }
  }
  const keys = scores / groups;
  const padded = (keys + 3) & ~3;
  for (let group = 0; group < groups; group++) {
    // The last panel of a group adds zeros to the next one's rows.
    addProduct(
      attention.keys + ((group * padded * depth) << 2), depth << 4, 16, padded, depth,
      queries + ((group * depth) << 8), 256, 32, shares + ((group * keys) << 8), 256, 64);
  }
  const keptDepth = attention.keptDepth;
  if (keptDepth) {
    addProduct(attention.keptKeys, keptDepth << 4, 16, scores, keptDepth, kept, 256, 32, shares, 256, 64);
  }
  scoresToShares(shares, attention.others);
}

/// A grid row [channels, 64] plus what it attends to; `sum` may be the row itself. `shares` has room for 8 others + 3 rows.
export function attendToTokens(
  attention: ToTokens, queries: usize, row: usize, sum: usize, channels: i32, shares: usize,
): void {
  const scores = 8 * attention.others;
  shareTokens(attention, queries, 0, shares);
  for (let channel = 0; channel < channels; channel++) {
    const origin = v128.load32_splat(attention.origin + (channel << 2));
    const first = channel << 8;
    for (let i = first; i < first + 256; i += 16) {
      v128.store(sum + i, f32x4.add(v128.load(row + i), origin));
    }
  }
  addProduct(attention.values, scores << 4, 16, channels, scores, shares, 256, 32, sum, 256, 64);
}

function scoresToShares(shares: usize, others: i32): void {
  const bytes = others << 8;
  for (let head = 0; head < 8; head++) {
    for (let column = 0; column < 256; column += 64) {
      const first = shares + column;
      const end = first + bytes;
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let at = first; at < end; at += 256) {
        a = larger(a, v128.load(at));
        b = larger(b, v128.load(at, 16));
        c = larger(c, v128.load(at, 32));
        d = larger(d, v128.load(at, 48));
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
    shares += bytes;
  }
}

/// Tokens attend to the image while its grid rows come by. A state holds the largest score so far of each query, the sums
/// of the weights exp(score - largest), and the values mixed with these weights [channels, stride]; when a larger score
/// comes, what was mixed shrinks. Rows are split into chunks with a state each, joined in their order at the end, so that
/// the result does not depend on which thread did which.
@unmanaged
export class ToImage {
  /// [depth, stride], scaled, zero in the padding: for each group its own columns, a multiple of 4.
  queries!: usize;
  /// Queries of what is kept of each cell [keptDepth, stride]; `keptDepth` may be 0.
  keptQueries!: usize;
  stride!: i32;
  /// 8: every head has its own part of keys and values; or 1: all have the same.
  groups!: i32;
  /// Channels of a group's keys and of its values, a multiple of 4.
  depth!: i32;
  keptDepth!: i32;
  /// Rows that are mixed: `depth`, and those of what is kept, a multiple of 4.
  mixed!: i32;
  /// States, `stateBytes` apart.
  states!: usize;
}

/// Bytes of a state of as many mixed rows; whoever reads four queries at a time reads past the last one.
export function stateBytes(stride: i32, mixed: i32): i32 {
  return (((mixed + 2) * stride) << 2) + 16;
}

/// Begins a state.
export function beginState(attention: ToImage, state: usize): void {
  const bytes = attention.stride << 2;
  for (let at = state; at < state + bytes; at += 16) {
    v128.store(at, f32x4.splat(-3.4e38));
  }
  memory.fill(state + bytes, 0, stateBytes(attention.stride, attention.mixed) - bytes);
}

/// Takes one grid row: keys and values [groups depth, 64], and what is kept of its cells, in rows that are a multiple of 4.
/// `scores` has room for [64, stride].
export function attendToImage(
  attention: ToImage, state: usize, keys: usize, values: usize, kept: usize, scores: usize,
): void {
  const bytes = attention.stride << 2;
  const groups = attention.groups;
  const columns = attention.stride / groups;
  const depth = attention.depth;
  const keptDepth = attention.keptDepth;
  memory.fill(scores, 0, bytes << 6);
  for (let group = 0; group < groups; group++) {
    const first = (group * columns) << 2;
    addProduct(
      keys + ((group * depth) << 8), 16, 256, 64, depth,
      attention.queries + first, bytes, 32, scores + first, bytes, columns);
  }
  if (keptDepth) {
    addProduct(kept, 16, 256, 64, keptDepth, attention.keptQueries, bytes, 32, scores, bytes, attention.stride);
  }
  weigh(attention, state, scores);
  const mixed = state + 2 * bytes;
  for (let group = 0; group < groups; group++) {
    const first = (group * columns) << 2;
    addRowsProduct(values + ((group * depth) << 8), depth, scores + first, bytes, mixed + first, bytes, columns);
  }
  if (keptDepth) {
    addRowsProduct(
      kept, attention.mixed - depth, scores, bytes, mixed + depth * bytes, bytes, attention.stride);
  }
}

// Scores to weights; what was mixed before shrinks where a score is larger than all before.
function weigh(attention: ToImage, state: usize, scores: usize): void {
  const bytes = attention.stride << 2;
  const sums = state + bytes;
  const mixed = sums + bytes;
  for (let query = 0; query < bytes; query += 16) {
    const before = v128.load(state + query);
    let largest = before;
    const first = scores + query;
    const end = first + (bytes << 6);
    for (let at = first; at < end; at += bytes) {
      largest = larger(largest, v128.load(at));
    }
    let sum = v128.load(sums + query);
    if (v128.any_true(f32x4.gt(largest, before))) {
      const factor = exp(f32x4.sub(before, largest));
      sum = f32x4.mul(sum, factor);
      for (let at = mixed + query, last = at + attention.mixed * bytes; at < last; at += bytes) {
        v128.store(at, f32x4.mul(v128.load(at), factor));
      }
      v128.store(state + query, largest);
    }
    for (let at = first; at < end; at += 4 * bytes) {
      const b = at + bytes;
      const c = b + bytes;
      const d = c + bytes;
      const weightA = exp(f32x4.sub(v128.load(at), largest));
      const weightB = exp(f32x4.sub(v128.load(b), largest));
      const weightC = exp(f32x4.sub(v128.load(c), largest));
      const weightD = exp(f32x4.sub(v128.load(d), largest));
      v128.store(at, weightA);
      v128.store(b, weightB);
      v128.store(c, weightC);
      v128.store(d, weightD);
      sum = f32x4.add(sum, f32x4.add(f32x4.add(weightA, weightB), f32x4.add(weightC, weightD)));
    }
    v128.store(sums + query, sum);
  }
}

/// Joins `count` states that are `distance` bytes apart into the first and divides by the sums of the weights; returns
/// where the mixed rows [rows, stride] are.
export function finishStates(
  state: usize, count: i32, distance: i32, stride: i32, rows: i32,
): usize {
  const bytes = stride << 2;
  const mixed = state + 2 * bytes;
  for (let query = 0; query < bytes; query += 16) {
    const first = state + query;
    for (let i = 1; i < count; i++) {
      const other = first + i * distance;
      const mine = v128.load(first);
      const theirs = v128.load(other);
      const largest = larger(mine, theirs);
      const mineBy = exp(f32x4.sub(mine, largest));
      const theirsBy = exp(f32x4.sub(theirs, largest));
      v128.store(first, largest);
      for (let at = first + bytes, last = at + (rows + 1) * bytes; at < last; at += bytes) {
        const added = v128.load(at + i * distance);
        v128.store(at, madd(added, theirsBy, f32x4.mul(v128.load(at), mineBy)));
      }
    }
    const factor = f32x4.div(f32x4.splat(1), v128.load(first + bytes));
    for (let at = mixed + query, last = at + rows * bytes; at < last; at += bytes) {
      v128.store(at, f32x4.mul(v128.load(at), factor));
    }
  }
  return mixed;
}
