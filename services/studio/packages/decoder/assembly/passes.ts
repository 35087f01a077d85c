import { attendToImage, attendToTokens, beginState, stateBytes, ToImage, ToTokens } from "./tokenToImage";
import { attendFolded, FoldedPass } from "./factored";
import { addPositions, CHUNK, CHUNKS, EPSILON, Positions, SIDE, take } from "./grid";
import { normaliseColumns } from "./layerNorm";
import { applyMask, MaskPass, Preparation, prepare } from "./preparation";
import { RasterPass, rasterize } from "./raster";
import { linearColumns } from "./tokens";
import { Upscaling, upscale } from "./upscaling";

// Passes over the 64 rows of the image's grid. A row's 64 tokens of C channels (64 KB) stay in the nearest caches while
// everything is done that can be done with them. Threads take chunks of rows, whoever is free the next; `next` of a pass
// is the chunk that comes next. Structures are filled from outside (src/MaskDecoder.ts, src/Rasterizer.ts), every field 32 bits.

/// Tokens attend to the prepared keys and values of layer 0.
@unmanaged
export class PreparedPass {
  next!: i32;
  toImage!: usize;
  /// [64][8 depth, 64] each.
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
        toImage, state, pass.keys + row * (toImage.depth << 11), pass.values + row * (toImage.depth << 11), 0, scores);
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
    case 7:
      applyMask(changetype<MaskPass>(pass));
      break;
    default:
      applyLinear(changetype<LinearPass>(pass));
      break;
  }
}
