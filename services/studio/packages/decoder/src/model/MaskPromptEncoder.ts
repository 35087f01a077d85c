import { GRID_SIDE, LOW_RES_SIDE } from "./Geometry";
import type { GraphWeights } from "./GraphWeights";
import { WeightMatrix } from "./WeightMatrix";

const EPSILON = 1e-6;
const DOWNSCALING = "mask_downscaling/";

/** A mask prompt's update of one of an image's prepared tensors: a product with the dense prompt, and a bias. */
export interface MaskUpdate {
  /** [channels of the dense prompt, outputs]. */
  readonly weight: WeightMatrix;
  /** [outputs]. */
  readonly bias: Float32Array;
}

/** Weights of a convolution and of the LayerNorm after it. */
interface Convolution {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/**
 * Encodes mask prompts: two strided convolutions take logits to the dense prompt, 16 channels on the grid. The last,
 * 1x1 convolution is part of the updates of the prepared tensors. Reference: `PromptEncoder.mask_downscaling`;
 * docs/model.md.
 */
export class MaskPromptEncoder {
  /** Channels of the dense prompt. */
  readonly channels: number;
  readonly tokens: MaskUpdate;
  readonly keys: MaskUpdate;
  readonly values: MaskUpdate;
  readonly queries: MaskUpdate;
  private readonly first: Convolution;
  private readonly second: Convolution;

  /**
   * @param mask The model's `mask` graph.
   * @throws Error when the graph is not of this version.
   */
  constructor(mask: GraphWeights) {
    // This graph names weights by the order in which it uses them.
    const floats = mask.floatsIn(DOWNSCALING);
    this.first = convolutionOf(floats);
    this.second = convolutionOf(floats.slice(PARTS));
    this.channels = this.second.bias.length;
    const toImage = mask.productsIn("layers.0/cross_attn_token_to_image/");
    const toTokens = mask.productsIn("layers.0/cross_attn_image_to_token/");
    [this.tokens, this.keys, this.values, this.queries] =
      [mask.productsIn("image_tokens/")[0], toImage[0], toImage[1], toTokens[0]].map((product) =>
        ({ weight: WeightMatrix.transposed(product.rows, this.channels), bias: product.bias }));
  }

  /**
   * Downscales a mask to the grid's cells.
   * @param logits [256, 256], over the image with its longest side scaled to 256.
   * @returns The dense prompt by grid row, [64][channels, 64].
   */
  downscale(logits: Float32Array): Float32Array {
    const middle = convolve(logits, LOW_RES_SIDE, 1, this.first);
    const cells = convolve(middle, LOW_RES_SIDE / 2, this.first.bias.length, this.second);
    const { channels } = this;
    const byRow = new Float32Array(cells.length);
    for (let cell = 0; cell < GRID_SIDE * GRID_SIDE; cell++) {
      const to = Math.floor(cell / GRID_SIDE) * channels * GRID_SIDE + (cell % GRID_SIDE);
      for (let channel = 0; channel < channels; channel++) {
        byRow[to + channel * GRID_SIDE] = cells[cell * channels + channel];
      }
    }
    return byRow;
  }
}

const PARTS = 4;

function convolutionOf([weight, bias, scale, shift]: readonly Float32Array[]): Convolution {
  return { weight, bias, scale, shift };
}

/** Applies a convolution of stride 2, LayerNorm and GELU: [side, side, inputs] to [side / 2, side / 2, outputs]. */
function convolve(pixels: Float32Array, side: number, inputs: number, layer: Convolution): Float32Array {
  const { weight, bias, scale, shift } = layer;
  const outputs = bias.length;
  const half = side / 2;
  const result = new Float32Array(half * half * outputs);
  const sums = new Float64Array(outputs);
  for (let row = 0, to = 0; row < half; row++) {
    for (let column = 0; column < half; column++, to += outputs) {
      sums.set(bias);
      // Weights lie in the order of a patch in memory, [row, column, inputs], outputs last.
      for (let part = 0, at = 0; part < 4; part++) {
        const from = ((2 * row + (part >> 1)) * side + 2 * column + (part & 1)) * inputs;
        for (let input = 0; input < inputs; input++) {
          const value = pixels[from + input];
          for (let output = 0; output < outputs; output++, at++) {
            sums[output] += value * weight[at];
          }
        }
      }
      let mean = 0;
      let square = 0;
      for (let output = 0; output < outputs; output++) {
        mean += sums[output] / outputs;
      }
      for (let output = 0; output < outputs; output++) {
        square += (sums[output] - mean) ** 2 / outputs;
      }
      const factor = 1 / Math.sqrt(square + EPSILON);
      for (let output = 0; output < outputs; output++) {
        result[to + output] = gelu((sums[output] - mean) * factor * scale[output] + shift[output]);
      }
    }
  }
  return result;
}

/** x/2 (1 + erf(x/sqrt 2)), to 2e-7; the polynomial of assembly/vectorMath.ts. */
function gelu(x: number): number {
  const a = Math.min(Math.abs(x), 5.8);
  let q = -4.278601595e-06;
  q = q * a + 1.279656075e-05;
  q = q * a + 5.757934980e-04;
  q = q * a - 7.670799247e-03;
  q = q * a + 5.294858112e-02;
  q = q * a + 4.590439211e-01;
  q = q * a + 1.151126930;
  return Math.max(x, 0) - a * 2 ** (-1 - a * q);
}
