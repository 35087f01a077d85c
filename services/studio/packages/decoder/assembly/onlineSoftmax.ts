import { exp, madd, maximum } from "./vectorMath";

// Online softmax (Milakov and Gimelshein 2018; as in FlashAttention): attention over keys that come row by row, without
// keeping all scores. The state of a block of queries is
//
//     max [stride], sum [stride], accumulator [valueRows, stride]
//
// with sum = sum of exp(score - max) and accumulator = sum of exp(score - max) values. A larger score rescales both.

/// Bytes of a state. Readers that take four queries at a time read 16 bytes past the last one.
export function softmaxStateBytes(stride: i32, valueRows: i32): i32 {
  return (((valueRows + 2) * stride) << 2) + 16;
}

/// Sets a state to no keys seen.
export function initSoftmaxState(state: usize, stride: i32, valueRows: i32): void {
  const bytes = stride << 2;
  for (let at = state; at < state + bytes; at += 16) {
    v128.store(at, f32x4.splat(-3.4e38));
  }
  memory.fill(state + bytes, 0, softmaxStateBytes(stride, valueRows) - bytes);
}

/// Turns the scores of 64 keys [64, stride] into weights exp(score - max), in place; updates max and sum, and rescales
/// sum and accumulator by exp(oldMax - newMax). The caller adds weights times values to the accumulator.
export function updateOnlineSoftmax(state: usize, scores: usize, stride: i32, valueRows: i32): void {
  const bytes = stride << 2;
  const sums = state + bytes;
  const accumulator = sums + bytes;
  for (let query = 0; query < bytes; query += 16) {
    const oldMax = v128.load(state + query);
    let newMax = oldMax;
    const first = scores + query;
    const end = first + (bytes << 6);
    for (let at = first; at < end; at += bytes) {
      newMax = maximum(newMax, v128.load(at));
    }
    let sum = v128.load(sums + query);
    if (v128.any_true(f32x4.gt(newMax, oldMax))) {
      const rescale = exp(f32x4.sub(oldMax, newMax));
      sum = f32x4.mul(sum, rescale);
      for (let at = accumulator + query, last = at + valueRows * bytes; at < last; at += bytes) {
        v128.store(at, f32x4.mul(v128.load(at), rescale));
      }
      v128.store(state + query, newMax);
    }
    for (let at = first; at < end; at += 4 * bytes) {
      const b = at + bytes;
      const c = b + bytes;
      const d = c + bytes;
      const weightA = exp(f32x4.sub(v128.load(at), newMax));
      const weightB = exp(f32x4.sub(v128.load(b), newMax));
      const weightC = exp(f32x4.sub(v128.load(c), newMax));
      const weightD = exp(f32x4.sub(v128.load(d), newMax));
      v128.store(at, weightA);
      v128.store(b, weightB);
      v128.store(c, weightC);
      v128.store(d, weightD);
      sum = f32x4.add(sum, f32x4.add(f32x4.add(weightA, weightB), f32x4.add(weightC, weightD)));
    }
    v128.store(sums + query, sum);
  }
}

/// Merges `count` states, `distance` bytes apart, into the first and divides its accumulator by the sum. States are
/// merged in their order, so the result does not depend on which thread filled which. Returns the address of the
/// accumulator, the attention's output [valueRows, stride].
export function mergeSoftmaxStates(
  state: usize, count: i32, distance: i32, stride: i32, valueRows: i32,
): usize {
  const bytes = stride << 2;
  const accumulator = state + 2 * bytes;
  for (let query = 0; query < bytes; query += 16) {
    const first = state + query;
    for (let i = 1; i < count; i++) {
      const other = first + i * distance;
      const max = v128.load(first);
      const otherMax = v128.load(other);
      const newMax = maximum(max, otherMax);
      const rescale = exp(f32x4.sub(max, newMax));
      const otherRescale = exp(f32x4.sub(otherMax, newMax));
      v128.store(first, newMax);
      // The sum and the accumulator follow each other.
      for (let at = first + bytes, last = at + (valueRows + 1) * bytes; at < last; at += bytes) {
        const added = v128.load(at + i * distance);
        v128.store(at, madd(added, otherRescale, f32x4.mul(v128.load(at), rescale)));
      }
    }
    const factor = f32x4.div(f32x4.splat(1), v128.load(first + bytes));
    for (let at = accumulator + query, last = at + valueRows * bytes; at < last; at += bytes) {
      v128.store(at, f32x4.mul(v128.load(at), factor));
    }
  }
  return accumulator;
}
