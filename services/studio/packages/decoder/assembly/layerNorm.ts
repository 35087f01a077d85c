import { madd } from "./vectorMath";

/// LayerNorm over the channels of a grid row [channels, 64], in place, for its first columns (a multiple of 4).
export function layerNormColumns(
  row: usize, channels: i32, columns: i32, scale: usize, bias: usize, epsilon: f32,
): void {
  const inverseCount = f32x4.splat(1 / <f32>channels);
  for (let column = 0; column < columns; column += 4) {
    const first = row + (column << 2);
    const end = first + (channels << 8);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    // Two independent sums hide the latency of the additions.
    for (let at = first; at < end; at += 512) {
      sum0 = f32x4.add(sum0, v128.load(at));
      sum1 = f32x4.add(sum1, v128.load(at, 256));
    }
    const mean = f32x4.mul(f32x4.add(sum0, sum1), inverseCount);
    sum0 = f32x4.splat(0);
    sum1 = sum0;
    for (let at = first; at < end; at += 512) {
      const a = f32x4.sub(v128.load(at), mean);
      const b = f32x4.sub(v128.load(at, 256), mean);
      sum0 = madd(a, a, sum0);
      sum1 = madd(b, b, sum1);
    }
    const variance = f32x4.mul(f32x4.add(sum0, sum1), inverseCount);
    const factor = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
    let at = first;
    for (let channel = 0; channel < channels; channel++) {
      const normal = f32x4.mul(f32x4.sub(v128.load(at), mean), factor);
      const offset = channel << 2;
      v128.store(at, madd(normal, v128.load32_splat(scale + offset), v128.load32_splat(bias + offset)));
      at += 256;
    }
  }
}

/// Scales the channels of a grid row [channels, 64] unless `scale` is 0, subtracts each column's mean, in place, and
/// writes the squared norms of the columns, [64].
export function centreColumns(row: usize, channels: i32, scale: usize, squaredNorms: usize): void {
  const inverseCount = f32x4.splat(1 / <f32>channels);
  for (let column = 0; column < 256; column += 16) {
    const first = row + column;
    const end = first + (channels << 8);
    let sum = f32x4.splat(0);
    let factor = scale;
    for (let at = first; at < end; at += 256) {
      let value = v128.load(at);
      if (scale) {
        value = f32x4.mul(value, v128.load32_splat(factor));
        factor += 4;
        v128.store(at, value);
      }
      sum = f32x4.add(sum, value);
    }
    const mean = f32x4.mul(sum, inverseCount);
    sum = f32x4.splat(0);
    for (let at = first; at < end; at += 256) {
      const value = f32x4.sub(v128.load(at), mean);
      v128.store(at, value);
      sum = madd(value, value, sum);
    }
    v128.store(squaredNorms + column, sum);
  }
}

/// Subtracts each row's mean from tokens [count, width].
export function centreRows(rows: usize, count: i32, width: i32, result: usize): void {
  const bytes = width << 2;
  for (let row = 0; row < count; row++) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < bytes; i += 16) {
      sum = f32x4.add(sum, v128.load(rows + i));
    }
    const mean = f32x4.splat(horizontalSum(sum) / <f32>width);
    for (let i = 0; i < bytes; i += 16) {
      v128.store(result + i, f32x4.sub(v128.load(rows + i), mean));
    }
    rows += bytes;
    result += bytes;
  }
}

/// LayerNorm of tokens + added, [count, width], in place; `added` may be 0.
export function layerNormRows(rows: usize, count: i32, width: i32, added: usize, scale: usize, bias: usize): void {
  const bytes = width << 2;
  for (let row = 0; row < count; row++) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < bytes; i += 16) {
      let value = v128.load(rows + i);
      if (added) {
        value = f32x4.add(value, v128.load(added + i));
        v128.store(rows + i, value);
      }
      sum = f32x4.add(sum, value);
    }
    const mean = f32x4.splat(horizontalSum(sum) / <f32>width);
    sum = f32x4.splat(0);
    for (let i = 0; i < bytes; i += 16) {
      const value = f32x4.sub(v128.load(rows + i), mean);
      sum = madd(value, value, sum);
    }
    const factor = f32x4.splat(1 / sqrt<f32>(horizontalSum(sum) / <f32>width + 1e-5));
    for (let i = 0; i < bytes; i += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(rows + i), mean), factor);
      v128.store(rows + i, madd(normal, v128.load(scale + i), v128.load(bias + i)));
    }
    rows += bytes;
    if (added) {
      added += bytes;
    }
  }
}

/// The sum of a vector's four numbers.
// @ts-ignore: decorator
@inline
export function horizontalSum(values: v128): f32 {
  return f32x4.extract_lane(values, 0) + f32x4.extract_lane(values, 1)
    + f32x4.extract_lane(values, 2) + f32x4.extract_lane(values, 3);
}
