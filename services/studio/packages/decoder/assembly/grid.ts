import { madd } from "./vectorMath";

/// Rows of the grid and columns of a row.
export const SIDE: i32 = 64;
/// Rows that are taken together.
export const CHUNK: i32 = 8;
export const CHUNKS: i32 = SIDE / CHUNK;
/// Of the layers' norms.
export const EPSILON: f32 = 1e-5;

// @ts-ignore: decorator
@inline
export function take(next: usize): i32 {
  return atomic.add<i32>(next, 1);
}

/// Sine and cosine of a(column) + b(row) for each frequency, by the addition theorems from two small tables.
@unmanaged
export class Positions {
  /// [2 half, 64]: sine and cosine of a frequency, one below the other.
  columns!: usize;
  /// [64, 2 half].
  rows!: usize;
  half!: i32;
}

/// Adds the positions of a grid row to its image tokens [2 half, 64], into another.
export function addPositions(positions: Positions, tokens: usize, row: i32, sum: usize): void {
  const half = positions.half;
  const cosines = half << 8;
  let ofColumns = positions.columns;
  let ofRow = positions.rows + ((row * 2 * half) << 2);
  for (let i = 0; i < half; i++) {
    const sineOfRow = v128.load32_splat(ofRow);
    const cosineOfRow = v128.load32_splat(ofRow, 4);
    const minusSine = f32x4.neg(sineOfRow);
    for (const end = ofColumns + 256; ofColumns < end; ofColumns += 16) {
      const sine = v128.load(ofColumns);
      const cosine = v128.load(ofColumns, 256);
      v128.store(sum, madd(sine, cosineOfRow, madd(cosine, sineOfRow, v128.load(tokens))));
      v128.store(
        sum + cosines, madd(cosine, cosineOfRow, madd(sine, minusSine, v128.load(tokens + cosines))));
      tokens += 16;
      sum += 16;
    }
    ofColumns += 256;
    ofRow += 8;
  }
}
