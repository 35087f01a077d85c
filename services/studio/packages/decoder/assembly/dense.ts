import { addPositionalEncoding, CHUNK_ROWS, CHUNKS, claim, EPSILON, GRID_SIDE, PositionalEncoding } from "./grid";
import { attendImageToTokens, ImageToTokenAttention } from "./imageToToken";
import { layerNormColumns } from "./layerNorm";
import { attendTokensToImage, initChunkState, TokenToImageAttention } from "./tokenToImage";

/// `cross_attn_token_to_image` of layer 0, on the keys and values that were computed when the image was opened.
@unmanaged
export class Layer0TokenToImagePass {
  nextChunk!: i32;
  /// `TokenToImageAttention`.
  tokenToImage!: usize;
  /// [64][8 depth, 64].
  keys!: usize;
  /// [64][8 depth, 64].
  values!: usize;
  /// [64, stride] for each thread.
  scratch!: usize;
}

export function runLayer0TokenToImage(pass: Layer0TokenToImagePass, thread: i32): void {
  const tokenToImage = changetype<TokenToImageAttention>(pass.tokenToImage);
  const rowBytes = tokenToImage.depth << 11;
  const scores = pass.scratch + thread * (tokenToImage.stride << 8);
  for (let chunk = claim(changetype<usize>(pass)); chunk < CHUNKS; chunk = claim(changetype<usize>(pass))) {
    const state = initChunkState(tokenToImage, chunk);
    for (let row = chunk * CHUNK_ROWS; row < (chunk + 1) * CHUNK_ROWS; row++) {
      attendTokensToImage(
        tokenToImage, state, pass.keys + row * rowBytes, pass.values + row * rowBytes, 0, scores);
    }
  }
}

/// The image's part of a layer with dense image tokens: `cross_attn_image_to_token` and `norm4` of this layer, then
/// `cross_attn_token_to_image` of the next one (or `final_attn_token_to_image`), while a grid row is in the caches.
@unmanaged
export class DenseLayerPass {
  nextChunk!: i32;
  /// `PositionalEncoding`.
  positions!: usize;
  channels!: i32;
  /// `ImageToTokenAttention` of this layer.
  imageToToken!: usize;
  /// `TokenToImageAttention` of the next layer.
  tokenToImage!: usize;
  /// [64][inner, 64]: queries that were computed when the image was opened (layer 0), or 0.
  queries!: usize;
  /// [64][channels, 64]: image tokens before the layer.
  input!: usize;
  /// [64][channels, 64]: image tokens after the layer; may be `input`.
  output!: usize;
  /// [channels]: `norm4`.
  normScale!: usize;
  normBias!: usize;
  /// `denseScratchBytes` for each thread.
  scratch!: usize;
}

/// Scratch of a thread in a dense layer: a grid row, attention weights, scores.
export function denseScratchBytes(channels: i32, shiftedCount: i32, stride: i32): i32 {
  return (channels << 8) + ((8 * shiftedCount + 3) << 8) + (stride << 8);
}

export function runDenseLayer(pass: DenseLayerPass, thread: i32): void {
  const imageToToken = changetype<ImageToTokenAttention>(pass.imageToToken);
  const tokenToImage = changetype<TokenToImageAttention>(pass.tokenToImage);
  const positions = changetype<PositionalEncoding>(pass.positions);
  const channels = pass.channels;
  const rowBytes = channels << 8;
  const queryBytes = (imageToToken.groups * imageToToken.depth) << 8;
  const scratchBytes = denseScratchBytes(channels, imageToToken.shiftedCount, tokenToImage.stride);
  const positioned = pass.scratch + thread * scratchBytes;
  const weights = positioned + rowBytes;
  const scores = weights + ((8 * imageToToken.shiftedCount + 3) << 8);
  for (let chunk = claim(changetype<usize>(pass)); chunk < CHUNKS; chunk = claim(changetype<usize>(pass))) {
    const state = initChunkState(tokenToImage, chunk);
    for (let row = chunk * CHUNK_ROWS; row < (chunk + 1) * CHUNK_ROWS; row++) {
      const input = pass.input + row * rowBytes;
      const output = pass.output + row * rowBytes;
      let queries = positioned;
      if (pass.queries) {
        queries = pass.queries + row * queryBytes;
      } else {
        addPositionalEncoding(positions, input, row, positioned);
      }
      attendImageToTokens(imageToToken, queries, input, output, channels, weights);
      layerNormColumns(output, channels, GRID_SIDE, pass.normScale, pass.normBias, EPSILON);
      addPositionalEncoding(positions, output, row, positioned);
      attendTokensToImage(tokenToImage, state, positioned, output, 0, scores);
    }
  }
}
