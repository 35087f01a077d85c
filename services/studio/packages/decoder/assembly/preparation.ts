import { gemm } from "./gemm";
import { addPositionalEncoding, CHUNK_ROWS, CHUNKS, claim, GRID_SIDE, PositionalEncoding } from "./grid";
import { centreColumns } from "./layerNorm";

/// Precomputes the tensors that all prompts on an image share: the image tokens x0, keys, values and queries of layer
/// 0, and the image projections that factored layers and the upscaling read. docs/model.md, "Once an image".
@unmanaged
export class PreparePass {
  nextChunk!: i32;
  /// `PositionalEncoding`.
  positions!: usize;
  channels!: i32;
  /// Channels of keys, values and queries of all heads.
  inner!: i32;
  /// [channels, 64, 64].
  embedding!: usize;
  /// `no_mask_embed` [channels].
  noMask!: usize;
  /// Projections of layer 0 [inner, channels], packed by `packA`; [inner]: the bias of the queries.
  keyWeight!: usize;
  valueWeight!: usize;
  queryWeight!: usize;
  queryBias!: usize;
  /// x0: [64][channels, 64].
  tokens!: usize;
  /// [64][inner, 64] each.
  keys!: usize;
  values!: usize;
  queries!: usize;
  /// All weights W of the image projections u W [projectionFeatures, channels], packed by `packA`, and the projections,
  /// [64][projectionFeatures, 64].
  projectionWeight!: usize;
  projectionFeatures!: i32;
  projections!: usize;
  /// `norm4` scale of layer 0 [channels]; |u P|^2 of each cell as it enters the norms of layers 0 and 1, [64][2, 64].
  norm4Scale!: usize;
  squaredNorms!: usize;
  /// Weights that are applied to positions [positionFeatures, channels], packed by `packA`, and their products,
  /// [positionRows][positionFeatures, 64]. They are the same for all images: 64 rows the first time, then 0.
  positionWeight!: usize;
  positionFeatures!: i32;
  positionRows!: i32;
  positionProjections!: usize;
  /// The first convolution of the upscaling [upscalingFeatures, channels], packed by `packA`.
  upscalingWeight!: usize;
  upscalingFeatures!: i32;
  /// Rows of the grid that hold image, and the convolution of their image part, [upscalingRows][upscalingFeatures, 64].
  upscalingRows!: i32;
  upscalingProjections!: usize;
  /// Two grid rows for each thread.
  scratch!: usize;
}

export function runPrepare(pass: PreparePass, thread: i32): void {
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const innerBytes = pass.inner << 8;
  const positions = changetype<PositionalEncoding>(pass.positions);
  const positioned = pass.scratch + thread * 2 * rowBytes;
  const none = positioned + rowBytes;
  memory.fill(none, 0, rowBytes);
  for (let chunk = claim(changetype<usize>(pass)); chunk < CHUNKS; chunk = claim(changetype<usize>(pass))) {
    for (let row = chunk * CHUNK_ROWS; row < (chunk + 1) * CHUNK_ROWS; row++) {
      const tokens = pass.tokens + row * rowBytes;
      for (let channel = 0; channel < channels; channel++) {
        const added = v128.load32_splat(pass.noMask + (channel << 2));
        const from = pass.embedding + ((channel * GRID_SIDE + row) << 8);
        const to = tokens + (channel << 8);
        for (let i = 0; i < 256; i += 16) {
          v128.store(to + i, f32x4.add(v128.load(from + i), added));
        }
      }
      addPositionalEncoding(positions, tokens, row, positioned);
      project(pass.keyWeight, pass.inner, channels, positioned, pass.keys + row * innerBytes, 0);
      project(pass.valueWeight, pass.inner, channels, tokens, pass.values + row * innerBytes, 0);
      project(pass.queryWeight, pass.inner, channels, positioned, pass.queries + row * innerBytes, pass.queryBias);
      project(
        pass.projectionWeight, pass.projectionFeatures, channels, tokens,
        pass.projections + row * (pass.projectionFeatures << 8), 0);
      if (row < pass.upscalingRows) {
        project(
          pass.upscalingWeight, pass.upscalingFeatures, channels, tokens,
          pass.upscalingProjections + row * (pass.upscalingFeatures << 8), 0);
      }
      if (row < pass.positionRows) {
        addPositionalEncoding(positions, none, row, positioned);
        project(
          pass.positionWeight, pass.positionFeatures, channels, positioned,
          pass.positionProjections + row * (pass.positionFeatures << 8), 0);
      }
      memory.copy(positioned, tokens, rowBytes);
      centreColumns(positioned, channels, 0, pass.squaredNorms + (row << 9));
      centreColumns(positioned, channels, pass.norm4Scale, pass.squaredNorms + (row << 9) + 256);
    }
  }
}

/// A mask prompt's update of one prepared tensor: a product of rank 16 with the dense prompt, and a bias.
@unmanaged
export class MaskPromptUpdate {
  /// [outputs, channels of the dense prompt], packed by `packA`.
  weight!: usize;
  /// [outputs].
  bias!: usize;
  outputs!: i32;
  /// [64][outputs, 64]: the tensor of the image without a mask.
  input!: usize;
  /// [64][outputs, 64]: the tensor with the mask.
  output!: usize;
}

/// Computes the prepared tensors of an image with a mask prompt, from those without.
@unmanaged
export class MaskPromptPass {
  nextChunk!: i32;
  /// The dense prompt [64][channels, 64].
  dense!: usize;
  channels!: i32;
  /// `MaskPromptUpdate`, one after the other.
  updates!: usize;
  count!: i32;
}

export function runMaskPrompt(pass: MaskPromptPass): void {
  const channels = pass.channels;
  for (let chunk = claim(changetype<usize>(pass)); chunk < CHUNKS; chunk = claim(changetype<usize>(pass))) {
    for (let row = chunk * CHUNK_ROWS; row < (chunk + 1) * CHUNK_ROWS; row++) {
      const dense = pass.dense + row * (channels << 8);
      for (let i = 0; i < pass.count; i++) {
        const update = changetype<MaskPromptUpdate>(pass.updates + i * offsetof<MaskPromptUpdate>());
        const bytes = update.outputs << 8;
        const output = update.output + row * bytes;
        const input = update.input + row * bytes;
        for (let channel = 0; channel < update.outputs; channel++) {
          const bias = v128.load32_splat(update.bias + (channel << 2));
          for (let at = channel << 8; at < (channel + 1) << 8; at += 16) {
            v128.store(output + at, f32x4.add(v128.load(input + at), bias));
          }
        }
        gemm(update.weight, channels << 4, 16, update.outputs, channels, dense, 256, 32, output, 256, 64);
      }
    }
  }
}

/// result = row times a weight [outputs, channels], plus a bias unless that is 0, for a grid row [channels, 64].
function project(weight: usize, outputs: i32, channels: i32, row: usize, result: usize, bias: usize): void {
  for (let output = 0; output < outputs; output++) {
    const first = bias ? v128.load32_splat(bias + (output << 2)) : f32x4.splat(0);
    const to = result + (output << 8);
    for (let i = 0; i < 256; i += 16) {
      v128.store(to + i, first);
    }
  }
  gemm(weight, channels << 4, 16, outputs, channels, row, 256, 32, result, 256, 64);
}
