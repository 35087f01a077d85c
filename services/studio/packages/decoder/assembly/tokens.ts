import { gemm, packA } from "./gemm";
import { claim } from "./grid";
import { horizontalSum } from "./layerNorm";
import { exp, madd } from "./vectorMath";

/// a + b of a multiple of 4 numbers.
export function add(a: usize, b: usize, sum: usize, count: i32): void {
  for (let i = 0; i < count << 2; i += 16) {
    v128.store(sum + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  }
}

/// result = relu?(tokens W + bias) for `count` tokens, a multiple of 4, packed by `packA`; `weight` is packed by
/// `packB`, `outputs` is a multiple of 8.
export function linear(
  panels: usize, count: i32, inputs: i32, weight: usize, bias: usize, outputs: i32, relu: bool, result: usize,
): void {
  linearColumns(panels, count, inputs, weight, bias, outputs, relu, result, 0, outputs);
}

/// Output columns `first` to `first + columns` of a linear layer, both multiples of 8.
function linearColumns(
  panels: usize, count: i32, inputs: i32, weight: usize, bias: usize, outputs: i32, relu: bool, result: usize,
  first: i32, columns: i32,
): void {
  const stride = outputs << 2;
  const bytes = columns << 2;
  result += first << 2;
  for (let token = 0; token < count; token++) {
    memory.copy(result + token * stride, bias + (first << 2), bytes);
  }
  gemm(
    panels, inputs << 4, 16, count, inputs, weight + ((first * inputs) << 2), 32, inputs << 5, result, stride, columns);
  if (relu) {
    for (let token = 0; token < count; token++) {
      for (let at = result + token * stride, end = at + bytes; at < end; at += 16) {
        v128.store(at, f32x4.pmax(v128.load(at), f32x4.splat(0)));
      }
    }
  }
}

/// A linear layer whose outputs threads share.
@unmanaged
export class LinearPass {
  nextChunk!: i32;
  /// Arguments of `linear`.
  panels!: usize;
  count!: i32;
  inputs!: i32;
  weight!: usize;
  bias!: usize;
  outputs!: i32;
  relu!: i32;
  result!: usize;
}

/// Outputs that a thread claims at a time.
const CHUNK_OUTPUTS: i32 = 32;

export function runLinear(pass: LinearPass): void {
  const outputs = pass.outputs;
  for (
    let first = claim(changetype<usize>(pass)) * CHUNK_OUTPUTS; first < outputs;
    first = claim(changetype<usize>(pass)) * CHUNK_OUTPUTS
  ) {
    linearColumns(
      pass.panels, pass.count, pass.inputs, pass.weight, pass.bias, outputs, pass.relu !== 0, pass.result,
      first, min(CHUNK_OUTPUTS, outputs - first));
  }
}

/// Projects each head's `size` columns of tokens [count, heads size] by a weight of its own to `channels`. The result
/// is [heads count, channels], head by head, with room for 3 rows more; `weight` is packed by `packB`, head by head.
export function perHeadLinear(
  tokens: usize, count: i32, heads: i32, size: i32, weight: usize, channels: i32, panels: usize, result: usize,
): void {
  const padded = (count + 3) & ~3;
  const stride = channels << 2;
  memory.fill(result, 0, (heads * count + 3) * stride);
  for (let head = 0; head < heads; head++) {
    packA(tokens, (heads * size) << 2, count, head * size, size, panels);
    // The last panel adds zeros to rows that the next head fills.
    gemm(
      panels, size << 4, 16, padded, size,
      weight + ((head * size * channels) << 2), 32, size << 5,
      result + head * count * stride, stride, channels);
  }
}

/// softmax(q k') v of tokens [count, heads size], head by head; `weights` is scratch for `count` numbers.
export function selfAttention(
  queries: usize, keys: usize, values: usize, count: i32, heads: i32, size: i32, weights: usize, result: usize,
): void {
  const stride = (heads * size) << 2;
  const bytes = size << 2;
  memory.fill(result, 0, count * stride);
  for (let token = 0; token < count; token++) {
    for (let head = 0; head < heads; head++) {
      const part = head * bytes;
      const query = queries + token * stride + part;
      let largest: f32 = -Infinity;
      for (let other = 0; other < count; other++) {
        const key = keys + other * stride + part;
        let sum = f32x4.splat(0);
        for (let i = 0; i < bytes; i += 16) {
          sum = madd(v128.load(query + i), v128.load(key + i), sum);
        }
        const score = horizontalSum(sum);
        largest = max<f32>(largest, score);
        store<f32>(weights + (other << 2), score);
      }
      let sum: f32 = 0;
      for (let other = 0; other < count; other++) {
        const power = f32x4.extract_lane(exp(f32x4.splat(load<f32>(weights + (other << 2)) - largest)), 0);
        store<f32>(weights + (other << 2), power);
        sum += power;
      }
      const to = result + token * stride + part;
      for (let other = 0; other < count; other++) {
        const weight = f32x4.splat(load<f32>(weights + (other << 2)) / sum);
        const value = values + other * stride + part;
        for (let i = 0; i < bytes; i += 16) {
          v128.store(to + i, madd(weight, v128.load(value + i), v128.load(to + i)));
        }
      }
    }
  }
}

/// result = rows * by, for rows [count, width] and a factor for each column [width].
export function scaleColumns(rows: usize, count: i32, width: i32, by: usize, result: usize): void {
  const bytes = width << 2;
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < bytes; i += 16) {
      v128.store(result + i, f32x4.mul(v128.load(rows + i), v128.load(by + i)));
    }
    rows += bytes;
    result += bytes;
  }
}

/// Transposes columns `first` to `first + columns` of rows [count, width] into [columns, stride].
export function transpose(
  rows: usize, count: i32, width: i32, first: i32, columns: i32, result: usize, stride: i32,
): void {
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns; column++) {
      store<f32>(
        result + ((column * stride + row) << 2), load<f32>(rows + ((row * width + first + column) << 2)));
    }
  }
}

/// Subtracts the last row from all others: [count - 1, width], width a multiple of 4.
export function subtractLast(rows: usize, count: i32, width: i32, result: usize): void {
  const bytes = width << 2;
  const last = rows + (count - 1) * bytes;
  for (let row = 0; row < count - 1; row++) {
    for (let i = 0; i < bytes; i += 16) {
      v128.store(result + i, f32x4.sub(v128.load(rows + i), v128.load(last + i)));
    }
    rows += bytes;
    result += bytes;
  }
}

/// Dot products of a bias [heads size] with keys [count, heads size], head by head: [heads count].
export function perHeadDot(keys: usize, count: i32, heads: i32, size: i32, bias: usize, result: usize): void {
  const bytes = size << 2;
  for (let head = 0; head < heads; head++) {
    for (let key = 0; key < count; key++) {
      let sum = f32x4.splat(0);
      for (let i = 0; i < bytes; i += 16) {
        sum = madd(v128.load(keys + (key * heads + head) * bytes + i), v128.load(bias + head * bytes + i), sum);
      }
      store<f32>(result, horizontalSum(sum));
      result += 4;
    }
  }
}
