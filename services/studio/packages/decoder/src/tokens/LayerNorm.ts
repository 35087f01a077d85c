import type { KernelContext, Tokens } from "../kernels/KernelContext";

/** LayerNorm of tokens. */
export class LayerNorm {
  private readonly scale: number;
  private readonly bias: number;

  constructor(private readonly context: KernelContext, name: string) {
    this.scale = context.arena.put(context.decode.read(`${name}.weight`));
    this.bias = context.arena.put(context.decode.read(`${name}.bias`));
  }

  /** Normalises tokens + added, in place. */
  apply(tokens: Tokens, added?: Tokens): void {
    this.context.kernels.layerNormRows(tokens.at, tokens.count, tokens.width, added?.at ?? 0, this.scale, this.bias);
  }
}
