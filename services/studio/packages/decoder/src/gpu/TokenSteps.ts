import type { GraphWeights } from "../model/GraphWeights";
import { Matrix } from "../model/WeightMatrix";
import { HEADS } from "../kernels/KernelContext";
import type { Frame, Gpu, Step } from "./Gpu";
import type { CellProjection } from "./ImageSteps";

/** Tokens of a prompt on the device. */
export interface TokenBuffer {
  /** [tokens, width]. */
  readonly buffer: GPUBuffer;
  readonly width: number;
}

/** Tokens that there is room for; `MOST_TOKENS` of common.wgsl. */
export const MOST_TOKENS = 48;

/** What a linear layer does besides. */
export interface LinearOptions {
  /** So many outputs, the first ones, are of tokens with the prompt added to them; otherwise none. */
  readonly positioned?: number;
  readonly rectified?: boolean;
  /** The first token it is applied to, and how many; otherwise all. */
  readonly first?: number;
  readonly count?: number;
  /** Each token has weights of its own, one after the other. */
  readonly own?: boolean;
}

/** A weight [C, outputs] and its bias. */
export interface Layer {
  readonly weight: Matrix;
  readonly bias: Float32Array;
}

/** Collects the steps that are done with a prompt's tokens, in their order. */
export class TokenSteps {
  readonly steps: Step[] = [];

  constructor(
    readonly gpu: Gpu,
    private readonly decode: GraphWeights,
    /** [tokens, C], of the prompt as it came. */
    private readonly prompt: GPUBuffer,
  ) {}

  /** A layer of the model. */
  read(name: string, factor = 1): Layer {
    const bias = this.decode.read(`${name}.bias`).map((value) => value * factor);
    const values = this.decode.read(`${name}.weight`);
    return { weight: new Matrix(values, values.length / bias.length).times(factor), bias };
  }

  /** A linear layer: of one weight, of several beside each other, or of one for each token. */
  linear(tokens: TokenBuffer, layers: readonly Layer[], options: LinearOptions = {}): TokenBuffer {
    const { positioned = 0, rectified = false, first = 0, count, own = false } = options;
    const packed = own
      ? layers.map(({ weight, bias }) => [weight.values, bias])
      : [[Matrix.beside(layers.map(({ weight }) => weight)).values, ...layers.map(({ bias }) => bias)]];
    const width = own ? layers[0].bias.length : layers.reduce((sum, { bias }) => sum + bias.length, 0);
    const result = this.take(width);
    this.steps.push(this.gpu.step(
      "linear", [tokens.width, width, positioned, Number(rectified), first, Number(own)],
      [tokens.buffer, this.prompt, this.gpu.put(concatenate(packed.flat())), result.buffer],
      (frame) => [Math.ceil(width / 64), count ?? frame.tokens]));
    return result;
  }

  /** LayerNorm of the model, of tokens or of a sum. */
  norm(name: string, tokens: TokenBuffer, added?: TokenBuffer): TokenBuffer {
    const result = this.take(tokens.width);
    const weight = ["weight", "bias"].map((part) => this.decode.read(`${name}.${part}`));
    this.steps.push(this.gpu.step(
      "norm", [Number(added !== undefined)],
      [tokens.buffer, (added ?? tokens).buffer, this.gpu.put(concatenate(weight)), result.buffer], ofTokens));
    return result;
  }

  /** Tokens attend to each other. Reference: `Attention.forward`. */
  attendSelf(name: string, tokens: TokenBuffer, isPositioned: boolean): TokenBuffer {
    const query = this.read(`${name}.q_proj`, 1 / Math.sqrt(tokens.width / HEADS));
    const projected = this.linear(
      tokens, [query, this.read(`${name}.k_proj`), this.read(`${name}.v_proj`)],
      { positioned: isPositioned ? 2 * tokens.width : 0 });
    const mixed = this.take(tokens.width);
    this.steps.push(this.gpu.step("selfAttention", [], [projected.buffer, mixed.buffer], ofTokens));
    return this.linear(mixed, [this.read(`${name}.out_proj`)]);
  }

  /**
   * Tokens attend to the image.
   * @param output The output projection, with what passes through attention unchanged in its bias.
   * @param image Keys and values of the image.
   */
  attendImage(name: string, output: Layer, tokens: TokenBuffer, image: CellProjection): TokenBuffer {
    const [inner] = this.decode.shape(`${name}.q_proj.bias`);
    const query = this.read(`${name}.q_proj`, 1 / Math.sqrt(inner / HEADS));
    const queries = this.linear(tokens, [query], { positioned: inner });
    const mixed = this.take(inner);
    this.steps.push(this.gpu.step(
      "attendImage", [image.numbers], [queries.buffer, image.result, mixed.buffer], (frame) => [frame.tokens, HEADS]));
    return this.linear(mixed, [output]);
  }

  /** Room for tokens. */
  take(width: number): TokenBuffer {
    return { buffer: this.gpu.take(MOST_TOKENS * width), width };
  }
}

/** One workgroup a token. */
export const ofTokens = ({ tokens }: Frame) => [tokens, 1] as const;

/** One after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
