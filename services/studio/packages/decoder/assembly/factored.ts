import { attendToImage, beginState, shareTokens, stateBytes, ToImage, ToTokens } from "./tokenToImage";
import { larger, madd } from "./vectorMath";
import { CHUNK, CHUNKS, EPSILON, take } from "./grid";
import { addProduct } from "./gemm";

/// What the image's attention to tokens adds to its tokens, behind them: to compare it with what a picture gave.
@unmanaged
export class Crosses {
  /// Twice the relative values of each head, packed by `packRows`, one head after the other; and of the last token, in a panel.
  values!: usize;
  origin!: usize;
  /// Features of a picture's cells that these are multiplied by [64][inner + 1, 64]: a last one for the origin's bias.
  ofImage!: usize;
}

/// A layer as `LayerPass`, by what is kept of each cell: its image tokens are never made. They are
///
///     r x W0 + kept W1 + w
///
/// with x of the picture, r the factor of its norms, W1 of the prompt, and what is kept of a layer its shares of the tokens
/// and a one, times the factors of the norms behind it (docs/model.md). So whatever reads them, reads what the picture gave
/// for it, times the factor, and what is kept.
@unmanaged
export class FoldedPass {
  next!: i32;
  toTokens!: usize;
  toImage!: usize;
  channels!: i32;
  inner!: i32;
  /// [64][inner, 64], `queryBytes` from one to the next; behind a layer times its factor, with `queryPositions`.
  queries!: usize;
  queryBytes!: i32;
  queryPositions!: usize;
  /// [64][inner, 64] of the picture, `imageBytes` from one to the next, and of the positions, `positionBytes`.
  keys!: usize;
  values!: usize;
  imageBytes!: i32;
  keyPositions!: usize;
  positionBytes!: i32;
  /// Numbers kept of the layer before, or 0.
  before!: i32;
  /// [64][before + 8 others + 1, 64], `keptBytes` from one to the next: rows are a multiple of 4.
  kept!: usize;
  keptBytes!: i32;
  /// `Crosses` of the layer before, if there is one, and of this one.
  crosses!: usize;
  /// Squares of what is kept: the upper half of the matrix, packed by rows as panels.
  gram!: usize;
  /// [64], 512 bytes from one to the next: squares of the picture's part.
  squares!: usize;
  /// `foldedScratchBytes` for each thread.
  scratch!: usize;
}

/// Scratch of a thread in a folded layer's pass: keys, values, moments of what is kept, scores.
export function foldedScratchBytes(inner: i32, kept: i32, stride: i32): i32 {
  return (inner << 9) + ((kept + 7) << 8) + (stride << 8);
}

export function attendFolded(pass: FoldedPass, thread: i32): void {
  const toTokens = changetype<ToTokens>(pass.toTokens);
  const toImage = changetype<ToImage>(pass.toImage);
  const inner = pass.inner;
  const own = 8 * toTokens.others;
  const before = pass.before;
  const depth = before + own + 1;
  const padded = (depth + 3) & ~3;
  const keys = pass.scratch + thread * foldedScratchBytes(inner, depth, toImage.stride);
  const values = keys + (inner << 8);
  const moments = values + (inner << 8);
  const scores = moments + ((depth + 7) << 8);
  const bytes = stateBytes(toImage.stride, toImage.mixed);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    const state = toImage.states + chunk * bytes;
    beginState(toImage, state);
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      const kept = pass.kept + row * pass.keptBytes;
      // Behind layer 0 its factor, behind both the product of both.
      const factors = kept + (own << 8);
      const positions = row * pass.positionBytes;
      let queries = pass.queries + row * pass.queryBytes;
      if (before) {
        scaleRow(queries, factors, pass.queryPositions + positions, inner, keys);
        queries = keys;
      }
      shareTokens(toTokens, queries, kept, kept + (before << 8));
      fillRows(kept + ((depth - 1) << 8), 1, 1);
      fillRows(kept + (depth << 8), padded - depth, 0);
      normaliseKept(pass, row, kept, before, own, depth, moments);
      scaleRow(pass.keys + row * pass.imageBytes, factors, pass.keyPositions + positions, inner, keys);
      scaleRow(pass.values + row * pass.imageBytes, factors, 0, inner, values);
      attendToImage(toImage, state, keys, values, kept, scores);
    }
  }
}

/// Factors of the layer's norm from the squares of what it normalises, and these on all that is kept.
function normaliseKept(
  pass: FoldedPass, row: i32, kept: usize, before: i32, own: i32, depth: i32, moments: usize,
): void {
  const factors = kept + (own << 8);
  const padded = (depth + 3) & ~3;
  fillRows(moments, padded + 3, 0);
  const image = row * pass.imageBytes;
  let crosses = pass.crosses;
  if (before) {
    addCrosses(changetype<Crosses>(crosses), pass.inner, own, image, moments);
    crosses += offsetof<Crosses>();
  }
  addCrosses(changetype<Crosses>(crosses), pass.inner, own, image, moments + (before << 8));
  if (before) {
    for (let at = moments, end = at + (depth << 8); at < end; at += 256) {
      for (let i = 0; i < 256; i += 16) {
        v128.store(at + i, f32x4.mul(v128.load(at + i), v128.load(factors + i)));
      }
    }
  }
  for (let first = 0; first < padded; first += 4) {
    addProduct(
      pass.gram + ((first * depth) << 2) + (first << 4), 0, 16, 4, depth - first,
      kept + (first << 8), 256, 32, moments + (first << 8), 256, 64);
  }
  const share = f32x4.splat(1 / <f32>pass.channels);
  for (let column = 0; column < 256; column += 16) {
    let squares = v128.load(pass.squares + (row << 9) + column);
    if (before) {
      const factor = v128.load(factors + column);
      squares = f32x4.mul(squares, f32x4.mul(factor, factor));
    }
    const end = kept + (depth << 8);
    let moment = moments + column;
    for (let at = kept + column; at < end; at += 256) {
      squares = madd(v128.load(at), v128.load(moment), squares);
      moment += 256;
    }
    // Where little is left of large parts, rounding may leave less than nothing.
    const variance = f32x4.mul(larger(squares, f32x4.splat(0)), share);
    const factor = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(EPSILON))));
    for (let at = kept + column; at < end; at += 256) {
      v128.store(at, f32x4.mul(v128.load(at), factor));
    }
  }
}

/// Adds what the picture's part has in common with each number kept of a layer: [own + 1, 64], and zeros to 3 rows more.
function addCrosses(crosses: Crosses, inner: i32, own: i32, image: usize, moments: usize): void {
  const size = inner / 8;
  const others = own / 8;
  const padded = (others + 3) & ~3;
  const ofImage = crosses.ofImage + image;
  for (let head = 0; head < 8; head++) {
    addProduct(
      crosses.values + ((head * padded * size) << 2), size << 4, 16, padded, size,
      ofImage + ((head * size) << 8), 256, 32, moments + ((head * others) << 8), 256, 64);
  }
  const origin = moments + (own << 8);
  addProduct(crosses.origin, 0, 16, 4, inner, ofImage, 256, 32, origin, 256, 64);
  for (let i = 0; i < 256; i += 16) {
    v128.store(origin + i, f32x4.add(v128.load(origin + i), v128.load(ofImage + (inner << 8) + i)));
  }
}

/// A grid row times a factor for each column, plus another unless that is 0.
function scaleRow(row: usize, factors: usize, added: usize, channels: i32, result: usize): void {
  for (const end = row + (channels << 8); row < end; row += 256) {
    if (added) {
      for (let i = 0; i < 256; i += 16) {
        v128.store(result + i, madd(v128.load(row + i), v128.load(factors + i), v128.load(added + i)));
      }
      added += 256;
    } else {
      for (let i = 0; i < 256; i += 16) {
        v128.store(result + i, f32x4.mul(v128.load(row + i), v128.load(factors + i)));
      }
    }
    result += 256;
  }
}

function fillRows(rows: usize, count: i32, value: f32): void {
  for (const end = rows + (count << 8); rows < end; rows += 16) {
    v128.store(rows, f32x4.splat(value));
  }
}
