import { madd } from "./vectorMath";

/// C += A B, in tiles of 4 rows and 8 columns. Strides are bytes; rows and columns are multiples of 4.
///
///     A: panels of four rows, `aPanelStride` apart; a panel's four numbers of a step of the depth lie together,
///        `aDepthStride` from one step to the next
///     B: blocks of eight columns, `bBlockStride` apart (32 where a whole row of B lies together); a block's rows are
///        `bDepthStride` apart
///     C: rows `cStride` apart
export function gemm(
  a: usize, aPanelStride: i32, aDepthStride: i32, rows: i32, depth: i32,
  b: usize, bDepthStride: i32, bBlockStride: i32, c: usize, cStride: i32, columns: i32,
): void {
  // A block of B stays in the first cache while all panels of A are read.
  for (; columns >= 8; columns -= 8) {
    let panel = a;
    let to = c;
    for (let row = 0; row < rows; row += 4) {
      kernel4x8(true, panel, 4, aDepthStride, depth, b, bDepthStride, to, cStride);
      panel += aPanelStride;
      to += 4 * cStride;
    }
    b += bBlockStride;
    c += 32;
  }
  if (columns) {
    for (let row = 0; row < rows; row += 4) {
      kernel4x8(false, a, 4, aDepthStride, depth, b, bDepthStride, c, cStride);
      a += aPanelStride;
      c += 4 * cStride;
    }
  }
}

// A tile of four rows and eight columns, or the last four columns. A's four numbers are `aRowStride` bytes apart.
// Inlined, so that `aRowStride` and `isWhole` are constants.
// @ts-ignore: decorator
@inline
function kernel4x8(
  isWhole: bool, a: usize, aRowStride: i32, aDepthStride: i32, depth: i32,
  b: usize, bDepthStride: i32, c: usize, cStride: i32,
): void {
  const c1 = c + cStride;
  const c2 = c1 + cStride;
  const c3 = c2 + cStride;
  let s00 = v128.load(c);
  let s10 = v128.load(c1);
  let s20 = v128.load(c2);
  let s30 = v128.load(c3);
  let s01 = s00;
  let s11 = s10;
  let s21 = s20;
  let s31 = s30;
  if (isWhole) {
    s01 = v128.load(c, 16);
    s11 = v128.load(c1, 16);
    s21 = v128.load(c2, 16);
    s31 = v128.load(c3, 16);
  }
  for (; depth > 0; depth--) {
    const b0 = v128.load(b);
    const b1 = isWhole ? v128.load(b, 16) : b0;
    let factor = v128.load32_splat(a);
    s00 = madd(factor, b0, s00);
    if (isWhole) s01 = madd(factor, b1, s01);
    factor = v128.load32_splat(a + aRowStride);
    s10 = madd(factor, b0, s10);
    if (isWhole) s11 = madd(factor, b1, s11);
    factor = v128.load32_splat(a + 2 * aRowStride);
    s20 = madd(factor, b0, s20);
    if (isWhole) s21 = madd(factor, b1, s21);
    factor = v128.load32_splat(a + 3 * aRowStride);
    s30 = madd(factor, b0, s30);
    if (isWhole) s31 = madd(factor, b1, s31);
    a += aDepthStride;
    b += bDepthStride;
  }
  v128.store(c, s00);
  v128.store(c1, s10);
  v128.store(c2, s20);
  v128.store(c3, s30);
  if (isWhole) {
    v128.store(c, s01, 16);
    v128.store(c1, s11, 16);
    v128.store(c2, s21, 16);
    v128.store(c3, s31, 16);
  }
}

/// C += A B as `gemm`, for row-major A of depth 64.
export function gemmRows(
  a: usize, rows: i32, b: usize, bDepthStride: i32, c: usize, cStride: i32, columns: i32,
): void {
  for (; columns >= 8; columns -= 8) {
    let from = a;
    let to = c;
    for (let row = 0; row < rows; row += 4) {
      kernel4x8(true, from, 256, 4, 64, b, bDepthStride, to, cStride);
      from += 4 * 256;
      to += 4 * cStride;
    }
    b += 32;
    c += 32;
  }
  if (columns) {
    for (let row = 0; row < rows; row += 4) {
      kernel4x8(false, a, 256, 4, 64, b, bDepthStride, c, cStride);
      a += 4 * 256;
      c += 4 * cStride;
    }
  }
}

/// Packs columns `first` to `first + depth` of row-major A (rows `stride` bytes apart) as panels; rows that the last
/// panel lacks are zero.
export function packA(rows: usize, stride: i32, count: i32, first: i32, depth: i32, panels: usize): void {
  for (let row = 0; row < count; row += 4) {
    for (let inPanel = 0; inPanel < 4; inPanel++) {
      const isThere = row + inPanel < count;
      let from = rows + (row + inPanel) * stride + (first << 2);
      let to = panels + (inPanel << 2);
      for (let step = 0; step < depth; step++) {
        store<f32>(to, isThere ? load<f32>(from) : 0);
        from += 4;
        to += 16;
      }
    }
    panels += depth << 4;
  }
}

/// Packs transposed A as panels: [depth, columns] with rows `stride` bytes apart; columns are a multiple of 4.
export function packATransposed(rows: usize, stride: i32, depth: i32, columns: i32, panels: usize): void {
  for (let column = 0; column < columns; column += 4) {
    let from = rows + (column << 2);
    for (let step = 0; step < depth; step++) {
      v128.store(panels, v128.load(from));
      panels += 16;
      from += stride;
    }
  }
}

/// Packs B [depth, outputs] as blocks [outputs / 8][depth][8], with zeros after the last output.
export function packB(weight: usize, depth: i32, outputs: i32, blocks: usize): void {
  for (let first = 0; first < outputs; first += 8) {
    for (let step = 0; step < depth; step++) {
      const from = weight + ((step * outputs + first) << 2);
      for (let i = 0; i < 8; i++) {
        store<f32>(blocks + (i << 2), first + i < outputs ? load<f32>(from + (i << 2)) : 0);
      }
      blocks += 32;
    }
  }
}
