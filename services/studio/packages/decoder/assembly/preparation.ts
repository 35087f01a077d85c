import { CHUNK, CHUNKS, addPositions, Positions, SIDE, take } from "./grid";
import { centreColumns } from "./layerNorm";
import { addProduct } from "./gemm";

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

/// What a mask prompt adds to one prepared tensor.
@unmanaged
export class Change {
  /// [outputs, channels of the dense prompt], packed by `packRows`; [outputs].
  weight!: usize;
  bias!: usize;
  outputs!: i32;
  /// [64][outputs, 64]: the tensor, and where the changed one goes.
  from!: usize;
  to!: usize;
}

/// The prepared tensors of an image with a mask prompt in the place of none.
@unmanaged
export class MaskPass {
  next!: i32;
  /// [64][channels, 64].
  dense!: usize;
  channels!: i32;
  /// `Change`, one after the other.
  changes!: usize;
  count!: i32;
}

export function applyMask(pass: MaskPass): void {
  const channels = pass.channels;
  for (let chunk = take(changetype<usize>(pass)); chunk < CHUNKS; chunk = take(changetype<usize>(pass))) {
    for (let row = chunk * CHUNK; row < (chunk + 1) * CHUNK; row++) {
      const dense = pass.dense + row * (channels << 8);
      for (let i = 0; i < pass.count; i++) {
        const change = changetype<Change>(pass.changes + i * offsetof<Change>());
        const bytes = change.outputs << 8;
        const to = change.to + row * bytes;
        const from = change.from + row * bytes;
        for (let output = 0; output < change.outputs; output++) {
          const added = v128.load32_splat(change.bias + (output << 2));
          for (let at = output << 8; at < (output + 1) << 8; at += 16) {
            v128.store(to + at, f32x4.add(v128.load(from + at), added));
          }
        }
        addProduct(change.weight, channels << 4, 16, change.outputs, channels, dense, 256, 32, to, 256, 64);
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
