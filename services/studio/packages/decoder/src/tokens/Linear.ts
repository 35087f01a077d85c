import { LinearPass } from "../gen/kernels";
import { allocateTokens, type KernelContext, type Tokens } from "../kernels/KernelContext";
import { packB, packTokens } from "./packing";

/** Multiplications from which on other threads share a layer: for fewer it takes longer to tell them. */
const SHARED = 400_000;

/** A linear layer of tokens. */
export class Linear {
  /** Outputs, rounded up to a multiple of eight. */
  readonly outputs: number;
  private readonly inputs: number;
  private readonly weight: number;
  private readonly bias: number;

  /** @param weight [inputs, outputs], the bias has `outputs`. */
  constructor(private readonly context: KernelContext, weight: Float32Array, bias: Float32Array) {
    this.inputs = weight.length / bias.length;
    this.outputs = (bias.length + 7) & ~7;
    this.weight = packB(context, weight, this.inputs, bias.length);
    const paddedBias = new Float32Array(this.outputs);
    paddedBias.set(bias);
    this.bias = context.arena.put(paddedBias);
  }

  /** Reads a layer of the model and multiplies it by a factor. */
  static read(context: KernelContext, name: string, factor = 1, bias = context.decode.read(`${name}.bias`)): Linear {
    const scale = (all: Float32Array) => (factor === 1 ? all : all.map((value) => value * factor));
    return new Linear(context, scale(context.decode.read(`${name}.weight`)), scale(bias));
  }

  /** Applies the layer, then ReLU if wanted. */
  apply(tokens: Tokens, relu = false): Tokens {
    const { inputs, outputs, weight, bias, context: { kernels, threads, arena } } = this;
    const result = allocateTokens(arena, tokens.count, outputs);
    const { at: panels, rows: count } = packTokens(this.context, tokens, inputs);
    if (result.count * inputs * outputs < SHARED) {
      kernels.linear(panels, count, inputs, weight, bias, outputs, Number(relu), result.at);
    } else {
      threads.run(LinearPass, { panels, count, inputs, weight, bias, outputs, relu: Number(relu), result: result.at });
    }
    return result;
  }
}
