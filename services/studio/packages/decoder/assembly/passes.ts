import { attendToImage, attendToTokens, beginState, shareTokens, stateBytes, ToImage, ToTokens } from "./attention";
import { larger, madd } from "./elementary";
import { centreColumns, normaliseColumns } from "./norm";
import { addProduct } from "./product";
import { RasterPass, rasterize } from "./raster";
import { linearColumns } from "./tokens";
import { Upscaling, upscale } from "./upscaling";

// Passes over the 64 rows of the image's grid. A row's 64 tokens of C channels (64 KB) stay in the nearest caches while
// everything is done that can be done with them. Threads take chunks of rows, whoever is free the next; `next` of a pass
// is the chunk that comes next. Structures are filled from outside (src/MaskDecoder.ts, src/Rasterizer.ts), every field 32 bits.

/// Rows of the grid and columns of a row.
const SIDE: i32 = 64;
/// Rows that are taken together.
export const CHUNK: i32 = 8;
const CHUNKS: i32 = SIDE / CHUNK;
/// Of the layers' norms.
const EPSILON: f32 = 1e-5;

// @ts-ignore: decorator
@inline
function take(next: usize): i32 {
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
function addPositions(positions: Positions, tokens: usize, row: i32, sum: usize): void {
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

/// What all prompts on an image share: its tokens with the dense prompt, and keys, values, queries of layer 0.
@unmanaged
export class Preparation {
  next!: i32;
  positions!: usize;
  channels!: i32;
  inner!: i32;
  /// [channels, 64, 64].
  embedding!: usize;
  /// [channels].
  noMask!: usize;
  /// Projections [inner, channels] packed by `packRows`, and the bias of the queries.
  key!: usize;
  value!: usize;
  query!: usize;
  queryBias!: usize;
  /// [64][channels, 64].
  tokens!: usize;
  /// [64][inner, 64] each.
  keys!: usize;
  values!: usize;
  queries!: usize;
  /// Projection of the tokens for `FoldedPass` [features, channels], packed by `packRows`, and what it gives, [64][features, 64].
  folded!: usize;
  features!: i32;
  ofImage!: usize;
  /// Scale of layer 0's norm [channels], and squares of the centred tokens without and with it, [64][2, 64].
  scale!: usize;
  squares!: usize;
  /// Projection of positions [positionFeatures, channels], packed by `packRows`, and what it gives,
  /// [positionRows][positionFeatures, 64]; it is the same for all pictures.
  foldedPositions!: usize;
  positionFeatures!: i32;
  positionRows!: i32;
  ofPositions!: usize;
  /// Projection of the tokens for `Upscaling` [upscalingFeatures, channels], packed by `packRows`.
  upscaling!: usize;
  upscalingFeatures!: i32;
  /// Rows of the grid that hold image, and the projection of these, [rows][upscalingFeatures, 64].
  rows!: i32;
  upscalingOfImage!: usize;
  /// Two grid rows for each thread.
  scratch!: usize;
}

export function prepare(pass: Preparation, thread: i32): void {
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const innerBytes = pass.inner << 8;
  const positions = changetype<Positions>(pass.positions);
  const positioned = pass.scratch + thread * 2 * rowBytes;
  const none = positioned + rowBytes;
  memory.fill(none, 0, rowBytes);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      const tokens = pass.tokens + row * rowBytes;
      for (let channel = 0; channel < channels; channel++) {
        const added = v128.load32_splat(pass.noMask + (channel << 2));
        const from = pass.embedding + ((channel * SIDE + row) << 8);
        const to = tokens + (channel << 8);
        for (let i = 0; i < 256; i += 16) {
          v128.store(to + i, f32x4.add(v128.load(from + i), added));
        }
      }
      addPositions(positions, tokens, row, positioned);
      project(pass.key, pass.inner, channels, positioned, pass.keys + row * innerBytes, 0);
      project(pass.value, pass.inner, channels, tokens, pass.values + row * innerBytes, 0);
      project(pass.query, pass.inner, channels, positioned, pass.queries + row * innerBytes, pass.queryBias);
      project(pass.folded, pass.features, channels, tokens, pass.ofImage + row * (pass.features << 8), 0);
      if (row < pass.rows) {
        project(
          pass.upscaling, pass.upscalingFeatures, channels, tokens,
          pass.upscalingOfImage + row * (pass.upscalingFeatures << 8), 0);
      }
      if (row < pass.positionRows) {
        addPositions(positions, none, row, positioned);
        project(
          pass.foldedPositions, pass.positionFeatures, channels, positioned,
          pass.ofPositions + row * (pass.positionFeatures << 8), 0);
      }
      memory.copy(positioned, tokens, rowBytes);
      centreColumns(positioned, channels, 0, pass.squares + (row << 9));
      centreColumns(positioned, channels, pass.scale, pass.squares + (row << 9) + 256);
    }
  }
}

function project(weight: usize, outputs: i32, channels: i32, row: usize, result: usize, bias: usize): void {
  for (let output = 0; output < outputs; output++) {
    const first = bias ? v128.load32_splat(bias + (output << 2)) : f32x4.splat(0);
    const to = result + (output << 8);
    for (let i = 0; i < 256; i += 16) {
      v128.store(to + i, first);
    }
  }
  addProduct(weight, channels << 4, 16, outputs, channels, row, 256, 32, result, 256, 64);
}

/// Tokens attend to the prepared keys and values of layer 0.
@unmanaged
export class PreparedPass {
  next!: i32;
  toImage!: usize;
  /// [64][8 depth, 64] and [64][8 channels, 64].
  keys!: usize;
  values!: usize;
  /// [64, stride] for each thread.
  scratch!: usize;
}

export function attendPrepared(pass: PreparedPass, thread: i32): void {
  const toImage = changetype<ToImage>(pass.toImage);
  const bytes = stateBytes(toImage.stride, toImage.mixed);
  const scores = pass.scratch + thread * (toImage.stride << 8);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    const state = toImage.states + chunk * bytes;
    beginState(toImage, state);
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      attendToImage(
        toImage, state, pass.keys + row * (toImage.depth << 11), pass.values + row * (toImage.channels << 11), 0, scores);
    }
  }
}

/// The image attends to tokens and is normalised; then tokens attend to it.
@unmanaged
export class LayerPass {
  next!: i32;
  positions!: usize;
  channels!: i32;
  toTokens!: usize;
  toImage!: usize;
  /// [64][inner, 64] where queries are prepared, or 0.
  queries!: usize;
  /// [64][channels, 64]: image tokens read.
  from!: usize;
  /// The same, written; may be those that are read.
  to!: usize;
  scale!: usize;
  bias!: usize;
  /// `scratchBytes` for each thread.
  scratch!: usize;
}

/// Scratch of a thread in a layer's pass: a grid row, shares, scores.
export function scratchBytes(channels: i32, others: i32, stride: i32): i32 {
  return (channels << 8) + ((8 * others + 3) << 8) + (stride << 8);
}

export function attendLayer(pass: LayerPass, thread: i32): void {
  const toTokens = changetype<ToTokens>(pass.toTokens);
  const toImage = changetype<ToImage>(pass.toImage);
  const positions = changetype<Positions>(pass.positions);
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const queryBytes = (toTokens.groups * toTokens.depth) << 8;
  const positioned = pass.scratch + thread * scratchBytes(channels, toTokens.others, toImage.stride);
  const shares = positioned + rowBytes;
  const scores = shares + ((8 * toTokens.others + 3) << 8);
  const bytes = stateBytes(toImage.stride, toImage.mixed);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    const state = toImage.states + chunk * bytes;
    beginState(toImage, state);
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      const from = pass.from + row * rowBytes;
      const to = pass.to + row * rowBytes;
      let queries = positioned;
      if (pass.queries) {
        queries = pass.queries + row * queryBytes;
      } else {
        addPositions(positions, from, row, positioned);
      }
      attendToTokens(toTokens, queries, from, to, channels, shares);
      normaliseColumns(to, channels, SIDE, pass.scale, pass.bias, EPSILON);
      addPositions(positions, to, row, positioned);
      attendToImage(toImage, state, positioned, to, 0, scores);
    }
  }
}

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

/// Image tokens to logits.
@unmanaged
export class UpscalePass {
  next!: i32;
  upscaling!: usize;
  /// [64][channels, 64], where `folded` is 0.
  tokens!: usize;
  folded!: usize;
  /// Rows and columns of the grid that hold image.
  rows!: i32;
  columns!: i32;
  /// Hypernetwork outputs of at most four masks, [channels of a pixel][4].
  hypernetworks!: usize;
  masks!: i32;
  /// [masks, 4 rows, 4 columns].
  logits!: usize;
  /// `upscaleBytes` for each thread.
  scratch!: usize;
}

export function upscaleRows(pass: UpscalePass, thread: i32): void {
  const upscaling = changetype<Upscaling>(pass.upscaling);
  const rowBytes = upscaling.channels << 8;
  const plane = 16 * pass.rows * pass.columns;
  const scratch = pass.scratch + thread * upscaling.bytes;
  for (let row = take(changetype<usize>(pass)); row < pass.rows; row = take(changetype<usize>(pass))) {
    upscale(
      upscaling, pass.tokens + row * rowBytes, pass.folded, row, pass.columns, pass.hypernetworks, pass.masks,
      pass.logits + ((16 * row * pass.columns) << 2), plane, scratch);
  }
}

/// A linear layer of many multiplications.
@unmanaged
export class LinearPass {
  next!: i32;
  /// Arguments of `linear`.
  panels!: usize;
  count!: i32;
  inputs!: i32;
  weight!: usize;
  bias!: usize;
  outputs!: i32;
  rectified!: i32;
  result!: usize;
}

/// Outputs that are taken together.
const OUTPUTS: i32 = 32;

export function applyLinear(pass: LinearPass): void {
  const outputs = pass.outputs;
  for (
    let first = take(changetype<usize>(pass)) * OUTPUTS; first < outputs; first = take(changetype<usize>(pass)) * OUTPUTS
  ) {
    linearColumns(
      pass.panels, pass.count, pass.inputs, pass.weight, pass.bias, outputs, pass.rectified !== 0, pass.result,
      first, min(OUTPUTS, outputs - first));
  }
}

/// One of the passes, as a thread is told.
export function run(kind: i32, pass: usize, thread: i32): void {
  switch (kind) {
    case 0:
      prepare(changetype<Preparation>(pass), thread);
      break;
    case 1:
      attendPrepared(changetype<PreparedPass>(pass), thread);
      break;
    case 2:
      attendLayer(changetype<LayerPass>(pass), thread);
      break;
    case 3:
      attendFolded(changetype<FoldedPass>(pass), thread);
      break;
    case 4:
      upscaleRows(changetype<UpscalePass>(pass), thread);
      break;
    case 5:
      rasterize(changetype<RasterPass>(pass), thread);
      break;
    default:
      applyLinear(changetype<LinearPass>(pass));
      break;
  }
}
