import { exp, madd } from "./vectorMath";
import { total } from "./layerNorm";
import { addProduct, packRows } from "./gemm";

/// a + b of a multiple of 4 numbers.
export function add(a: usize, b: usize, sum: usize, count: i32): void {
  for (let i = 0; i < count << 2; i += 16) {
    v128.store(sum + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  }
}

/// A linear layer of tokens, a multiple of 4, packed by `packRows`; `weight` is packed by `packBlocks`, `outputs` a multiple
/// of 8.
export function linear(
  panels: usize, count: i32, inputs: i32, weight: usize, bias: usize, outputs: i32, rectified: bool, result: usize,
): void {
  linearColumns(panels, count, inputs, weight, bias, outputs, rectified, result, 0, outputs);
}

/// Some of its outputs, a multiple of 8 from a multiple of 8 on.
export function linearColumns(
  panels: usize, count: i32, inputs: i32, weight: usize, bias: usize, outputs: i32, rectified: bool, result: usize,
  first: i32, columns: i32,
): void {
  const stride = outputs << 2;
  const bytes = columns << 2;
  result += first << 2;
  for (let token = 0; token < count; token++) {
    memory.copy(result + token * stride, bias + (first << 2), bytes);
  }
  addProduct(
    panels, inputs << 4, 16, count, inputs, weight + ((first * inputs) << 2), 32, inputs << 5, result, stride, columns);
  if (rectified) {
    for (let token = 0; token < count; token++) {
      for (let at = result + token * stride, end = at + bytes; at < end; at += 16) {
        v128.store(at, f32x4.pmax(v128.load(at), f32x4.splat(0)));
      }
    }
  }
}

/// A projection that every head has its own of: head h takes its `size` columns of tokens [count, heads size] to
/// `channels`; all of head 0 come first. The result has room for 3 tokens more; `weight` is packed for each head.
export function linearByHead(
  tokens: usize, count: i32, heads: i32, size: i32, weight: usize, channels: i32, panels: usize, result: usize,
): void {
  const padded = (count + 3) & ~3;
  const stride = channels << 2;
  memory.fill(result, 0, (heads * count + 3) * stride);
  for (let head = 0; head < heads; head++) {
    packRows(tokens, (heads * size) << 2, count, head * size, size, panels);
    // The last panel adds zeros to what the next head fills.
    addProduct(
      panels, size << 4, 16, padded, size,
      weight + ((head * size * channels) << 2), 32, size << 5,
      result + head * count * stride, stride, channels);
  }
}

/// softmax(q k') v of tokens [count, heads size], by head; `shares` has room for `count` numbers.
export function attendSelf(
  queries: usize, keys: usize, values: usize, count: i32, heads: i32, size: i32, shares: usize, result: usize,
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
        const score = total(sum);
        largest = max<f32>(largest, score);
        store<f32>(shares + (other << 2), score);
      }
      let sum: f32 = 0;
      for (let other = 0; other < count; other++) {
        const power = f32x4.extract_lane(exp(f32x4.splat(load<f32>(shares + (other << 2)) - largest)), 0);
        store<f32>(shares + (other << 2), power);
        sum += power;
      }
      const to = result + token * stride + part;
      for (let other = 0; other < count; other++) {
        const share = f32x4.splat(load<f32>(shares + (other << 2)) / sum);
        const value = values + other * stride + part;
        for (let i = 0; i < bytes; i += 16) {
          v128.store(to + i, madd(share, v128.load(value + i), v128.load(to + i)));
        }
      }
    }
  }
}

/// a b of each row of tokens [count, width].
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

/// Columns `first` to `first + columns` of rows of `width` numbers as the first numbers of rows of `stride`.
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

/// Rows less the last of them: [count - 1, width], width a multiple of 4.
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

/// bias . k for every head of every key [count, heads size], by head: [heads count].
export function dotByHead(keys: usize, count: i32, heads: i32, size: i32, bias: usize, result: usize): void {
  const bytes = size << 2;
  for (let head = 0; head < heads; head++) {
    for (let key = 0; key < count; key++) {
      let sum = f32x4.splat(0);
      for (let i = 0; i < bytes; i += 16) {
        sum = madd(v128.load(keys + (key * heads + head) * bytes + i), v128.load(bias + head * bytes + i), sum);
      }
      store<f32>(result, total(sum));
      result += 4;
    }
  }
}
