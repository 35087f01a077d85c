import { madd } from "./vectorMath";

/// C += A B. A lies in panels of four rows: four numbers of a column together, `aStep` bytes from a step of the depth to
/// the next, `aPanel` bytes from four rows to the next four. B lies in blocks of eight columns, `bStep` bytes from a step
/// of the depth to the next, `bBlock` bytes from a block to the next: 32 where all columns of a step lie together. Rows
/// and columns are multiples of 4; rows of C are `cStride` bytes apart.
export function addProduct(
  a: usize, aPanel: i32, aStep: i32, rows: i32, depth: i32,
  b: usize, bStep: i32, bBlock: i32, c: usize, cStride: i32, columns: i32,
): void {
  // Eight columns of B stay in the first cache while all of A goes by.
  for (; columns >= 8; columns -= 8) {
    let panel = a;
    let to = c;
    for (let row = 0; row < rows; row += 4) {
      addTile(true, panel, 4, aStep, depth, b, bStep, to, cStride);
      panel += aPanel;
      to += 4 * cStride;
    }
    b += bBlock;
    c += 32;
  }
  if (columns) {
    for (let row = 0; row < rows; row += 4) {
      addTile(false, a, 4, aStep, depth, b, bStep, c, cStride);
      a += aPanel;
      c += 4 * cStride;
    }
  }
}

// Eight columns of four rows, or the last four. The four numbers of A are `aRow` bytes apart; inlined, so that this and
// `isWhole` are constants.
// @ts-ignore: decorator
@inline
function addTile(
  isWhole: bool, a: usize, aRow: i32, aStep: i32, depth: i32, b: usize, bStep: i32, c: usize, cStride: i32,
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
    factor = v128.load32_splat(a + aRow);
    s10 = madd(factor, b0, s10);
    if (isWhole) s11 = madd(factor, b1, s11);
    factor = v128.load32_splat(a + 2 * aRow);
    s20 = madd(factor, b0, s20);
    if (isWhole) s21 = madd(factor, b1, s21);
    factor = v128.load32_splat(a + 3 * aRow);
    s30 = madd(factor, b0, s30);
    if (isWhole) s31 = madd(factor, b1, s31);
    a += aStep;
    b += bStep;
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

/// C += A B where the depth lies along rows of A, of 64 numbers each. Otherwise as `addProduct`.
export function addRowsProduct(
  a: usize, rows: i32, b: usize, bStep: i32, c: usize, cStride: i32, columns: i32,
): void {
  for (; columns >= 8; columns -= 8) {
    let from = a;
    let to = c;
    for (let row = 0; row < rows; row += 4) {
      addTile(true, from, 256, 4, 64, b, bStep, to, cStride);
      from += 4 * 256;
      to += 4 * cStride;
    }
    b += 32;
    c += 32;
  }
  if (columns) {
    for (let row = 0; row < rows; row += 4) {
      addTile(false, a, 256, 4, 64, b, bStep, c, cStride);
      a += 4 * 256;
      c += 4 * cStride;
    }
  }
}

/// Packs columns `first` to `first + depth` of rows of `stride` bytes as panels for `addProduct`; rows that the last
/// panel lacks are zero.
export function packRows(rows: usize, stride: i32, count: i32, first: i32, depth: i32, panels: usize): void {
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

/// Packs columns, a multiple of 4, of rows of `stride` bytes as panels for `addProduct`, the depth down the rows.
export function packColumns(rows: usize, stride: i32, depth: i32, columns: i32, panels: usize): void {
  for (let column = 0; column < columns; column += 4) {
    let from = rows + (column << 2);
    for (let step = 0; step < depth; step++) {
      v128.store(panels, v128.load(from));
      panels += 16;
      from += stride;
    }
  }
}

/// Packs rows of `outputs` numbers, as B of `addProduct`: [outputs / 8][depth][8], zero where outputs end.
export function packBlocks(weight: usize, depth: i32, outputs: i32, blocks: usize): void {
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
