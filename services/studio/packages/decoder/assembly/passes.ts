import { attendToImage, attendToTokens, beginState, stateBytes, ToImage, ToTokens } from "./attention";
import { madd } from "./elementary";
import { normaliseColumns } from "./norm";
import { addProduct } from "./product";
import { RasterPass, rasterize } from "./raster";
import { Upscaling, upscale } from "./upscaling";

// Passes over the 64 rows of the image's grid. A row's 64 tokens of C channels (64 KB) stay in the nearest caches while
// everything is done that can be done with them. Threads take chunks of rows, whoever is free the next; `next` of a pass
// is the chunk that comes next. Structures are filled from outside (src/MaskDecoder.ts, src/Rasterizer.ts), every field 32 bits.

/// Rows of the grid and columns of a row.
const SIDE: i32 = 64;
/// Rows that are taken together.
export const CHUNK: i32 = 8;
const CHUNKS: i32 = SIDE / CHUNK;

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
  /// Projection of the tokens for `Folded` [features, channels], packed by `packRows`.
  folded!: usize;
  features!: i32;
  /// Rows of the grid that hold image, and the projection of these, [rows][features, 64].
  rows!: i32;
  ofImage!: usize;
  /// A grid row for each thread.
  scratch!: usize;
}

export function prepare(pass: Preparation, thread: i32): void {
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const innerBytes = pass.inner << 8;
  const positioned = pass.scratch + thread * rowBytes;
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
      addPositions(changetype<Positions>(pass.positions), tokens, row, positioned);
      project(pass.key, pass.inner, channels, positioned, pass.keys + row * innerBytes, 0);
      project(pass.value, pass.inner, channels, tokens, pass.values + row * innerBytes, 0);
      project(pass.query, pass.inner, channels, positioned, pass.queries + row * innerBytes, pass.queryBias);
      if (row < pass.rows) {
        project(pass.folded, pass.features, channels, tokens, pass.ofImage + row * (pass.features << 8), 0);
      }
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

/// Tokens attend to the prepared keys and values of layer 0, head by head.
@unmanaged
export class PreparedPass {
  next!: i32;
  /// `ToImage` of each head, one after the other.
  heads!: usize;
  keys!: usize;
  values!: usize;
  /// [64, stride] for each thread.
  scratch!: usize;
}

export function attendPrepared(pass: PreparedPass, thread: i32): void {
  const first = changetype<ToImage>(pass.heads);
  const bytes = stateBytes(first.stride, first.channels);
  const headBytes = first.channels << 8;
  const scores = pass.scratch + thread * (first.stride << 8);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    for (let head = 0; head < 8; head++) {
      const attention = changetype<ToImage>(pass.heads + head * offsetof<ToImage>());
      const state = attention.states + chunk * bytes;
      beginState(attention, state);
      for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
        const offset = (row * 8 + head) * headBytes;
        attendToImage(attention, state, pass.keys + offset, pass.values + offset, scores);
      }
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
  /// The same, written; may be those that are read, or 0 where nobody reads them afterwards.
  to!: usize;
  scale!: usize;
  bias!: usize;
  /// What `Folded` is to know of the first rows, `keptBytes` from one to the next: shares [8 others, 64], moments [2, 64].
  kept!: usize;
  keptBytes!: i32;
  keptRows!: i32;
  /// `scratchBytes` for each thread.
  scratch!: usize;
}

/// Scratch of a thread in a layer's pass: two grid rows, shares, scores.
export function scratchBytes(channels: i32, others: i32, stride: i32): i32 {
  return (channels << 9) + ((8 * others + 3) << 8) + (stride << 8);
}

export function attendLayer(pass: LayerPass, thread: i32): void {
  const toTokens = changetype<ToTokens>(pass.toTokens);
  const toImage = changetype<ToImage>(pass.toImage);
  const positions = changetype<Positions>(pass.positions);
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const queryBytes = (toTokens.groups * toTokens.depth) << 8;
  const positioned = pass.scratch + thread * scratchBytes(channels, toTokens.others, toImage.stride);
  const written = positioned + rowBytes;
  const ownShares = written + rowBytes;
  const sharesBytes = toTokens.others << 11;
  const scores = ownShares + sharesBytes + (3 << 8);
  const bytes = stateBytes(toImage.stride, channels);
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    const state = toImage.states + chunk * bytes;
    beginState(toImage, state);
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      const from = pass.from + row * rowBytes;
      const to = pass.to ? pass.to + row * rowBytes : written;
      const isKept = row < pass.keptRows;
      const shares = isKept ? pass.kept + row * pass.keptBytes : ownShares;
      let queries = positioned;
      if (pass.queries) {
        queries = pass.queries + row * queryBytes;
      } else {
        addPositions(positions, from, row, positioned);
      }
      attendToTokens(toTokens, queries, from, to, channels, shares);
      normaliseColumns(to, channels, SIDE, pass.scale, pass.bias, 1e-5, isKept ? shares + sharesBytes : 0);
      addPositions(positions, to, row, positioned);
      attendToImage(toImage, state, positioned, to, scores);
    }
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
      upscaleRows(changetype<UpscalePass>(pass), thread);
      break;
    default:
      rasterize(changetype<RasterPass>(pass), thread);
      break;
  }
}
