import { madd } from "./vectorMath";

/// Side of the embedding's grid of image tokens.
export const GRID_SIDE: i32 = 64;
/// Grid rows of a chunk, which one thread claims.
export const CHUNK_ROWS: i32 = 8;
export const CHUNKS: i32 = GRID_SIDE / CHUNK_ROWS;
/// Epsilon of the transformer's LayerNorms.
export const EPSILON: f32 = 1e-5;

/// Claims the next chunk of a pass whose counter is at this address.
// @ts-ignore: decorator
@inline
export function claim(nextChunk: usize): i32 {
  return atomic.add<i32>(nextChunk, 1);
}

/// Tables of the dense positional encoding (`PositionEmbeddingRandom`): sine and cosine of a(column) + b(row) for each
/// frequency follow from these by the addition theorems.
@unmanaged
export class PositionalEncoding {
  /// [2 half, 64]: rows of sine and cosine of a(column), in turn.
  columns!: usize;
  /// [64, 2 half]: sine and cosine of b(row), in turn.
  rows!: usize;
  /// Frequencies.
  half!: i32;
}

/// sum = tokens + the positional encoding of a grid row, [2 half, 64].
export function addPositionalEncoding(positions: PositionalEncoding, tokens: usize, row: i32, sum: usize): void {
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
