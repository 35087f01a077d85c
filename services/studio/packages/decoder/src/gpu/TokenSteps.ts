import { type Frame, HEADS, MAX_TOKENS } from "../gen/shaders";
import type { GraphWeights } from "../model/GraphWeights";
import { WeightMatrix } from "../model/WeightMatrix";
import type { Gpu, Step } from "./Gpu";

/** Tokens of a prompt on the device. */
export interface TokenBuffer {
  /** [tokens, width]. */
  readonly buffer: GPUBuffer;
  readonly width: number;
}

/** Keys and values of the image's cells on the device. */
export interface ProjectedCells {
  /** Numbers of a cell. */
  readonly numbers: number;
  /** [cells, numbers]: keys, values, and queries if there are any. */
  readonly result: GPUBuffer;
}

/** Options of a linear layer. */
export interface LinearOptions {
  /** Number of outputs, the first ones, that are of tokens plus the prompt's positional encoding. Default 0. */
  readonly positioned?: number;
  /** Applies ReLU. */
  readonly relu?: boolean;
  /** The first token that the layer is applied to, and the number of tokens. Default all. */
  readonly first?: number;
  readonly count?: number;
  /** Each token has weights of its own. */
  readonly own?: boolean;
}

/** A weight [C, outputs] and its bias. */
export interface Layer {
  readonly weight: WeightMatrix;
  readonly bias: Float32Array;
}

/** Builds the steps on a prompt's tokens, in order. */
export class TokenSteps {
  readonly steps: Step[] = [];

  constructor(
    readonly gpu: Gpu,
    private readonly decode: GraphWeights,
    /** [tokens, C]: the prompt's tokens as they were encoded, which are also its positional encoding. */
    private readonly prompt: GPUBuffer,
  ) {}

  /** Reads a layer of the model and multiplies it by a factor. */
  read(name: string, factor = 1): Layer {
    const bias = this.decode.read(`${name}.bias`).map((value) => value * factor);
    const values = this.decode.read(`${name}.weight`);
    return { weight: new WeightMatrix(values, values.length / bias.length).times(factor), bias };
  }

  /** Applies a linear layer: one weight, several with their outputs concatenated, or one for each token. */
  linear(tokens: TokenBuffer, layers: readonly Layer[], options: LinearOptions = {}): TokenBuffer {
    const { positioned = 0, relu = false, first = 0, count, own = false } = options;
    const packed = own
      ? layers.map(({ weight, bias }) => [weight.values, bias])
      : [[WeightMatrix.concatColumns(layers.map(({ weight }) => weight)).values, ...layers.map(({ bias }) => bias)]];
    const width = own ? layers[0].bias.length : layers.reduce((sum, { bias }) => sum + bias.length, 0);
    const result = this.allocate(width);
    this.steps.push(this.gpu.step(
      "linear",
      { inputs: tokens.width, outputs: width, ofPositioned: positioned, relu: Number(relu), first, own: Number(own) },
      {
        tokens: tokens.buffer, prompt: this.prompt, weight: this.gpu.put(concatenate(packed.flat())),
        result: result.buffer,
      },
      (frame) => [Math.ceil(width / 64), count ?? frame.tokens]));
    return result;
  }

  /** Applies a LayerNorm of the model to tokens, or to a sum of tokens. */
  layerNorm(name: string, tokens: TokenBuffer, added?: TokenBuffer): TokenBuffer {
    const result = this.allocate(tokens.width);
    const weight = ["weight", "bias"].map((part) => this.decode.read(`${name}.${part}`));
    this.steps.push(this.gpu.step(
      "layerNorm", { isSum: Number(added !== undefined) },
      {
        tokens: tokens.buffer, added: (added ?? tokens).buffer, weight: this.gpu.put(concatenate(weight)),
        result: result.buffer,
      },
      ofTokens));
    return result;
  }

  /** Lets tokens attend to each other. Reference: `Attention.forward`. */
  selfAttn(name: string, tokens: TokenBuffer, isPositioned: boolean): TokenBuffer {
    const query = this.read(`${name}.q_proj`, 1 / Math.sqrt(tokens.width / HEADS));
    const projected = this.linear(
      tokens, [query, this.read(`${name}.k_proj`), this.read(`${name}.v_proj`)],
      { positioned: isPositioned ? 2 * tokens.width : 0 });
    const attended = this.allocate(tokens.width);
    this.steps.push(this.gpu.step(
      "selfAttn", {}, { projected: projected.buffer, result: attended.buffer }, ofTokens));
    return this.linear(attended, [this.read(`${name}.out_proj`)]);
  }

  /**
   * Lets tokens attend to the image.
   * @param output The output projection, with the bias of the values in its bias (`withValueBias`).
   */
  crossAttnTokenToImage(name: string, output: Layer, tokens: TokenBuffer, image: ProjectedCells): TokenBuffer {
    const [inner] = this.decode.shape(`${name}.q_proj.bias`);
    const query = this.read(`${name}.q_proj`, 1 / Math.sqrt(inner / HEADS));
    const queries = this.linear(tokens, [query], { positioned: inner });
    const attended = this.allocate(inner);
    this.steps.push(this.gpu.step(
      "crossAttnTokenToImage", { width: image.numbers },
      { queries: queries.buffer, image: image.result, result: attended.buffer }, (frame) => [frame.tokens, HEADS]));
    return this.linear(attended, [output]);
  }

  /** Allocates tokens. */
  allocate(width: number): TokenBuffer {
    return { buffer: this.gpu.allocate(MAX_TOKENS * width), width };
  }
}

/** One workgroup for each token. */
export const ofTokens = ({ tokens }: Frame) => [tokens, 1] as const;

/** Concatenates arrays. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
