import { allocateTokens, HEADS, type KernelContext, type Tokens } from "../kernels/KernelContext";
import { Linear } from "./Linear";

/** `Attention` of transformer.py, of a prompt's tokens to each other. */
export class SelfAttention {
  private readonly qProj: Linear;
  private readonly kProj: Linear;
  private readonly vProj: Linear;
  private readonly outProj: Linear;

  constructor(private readonly context: KernelContext, name: string) {
    const size = context.decode.shape(`${name}.q_proj.bias`)[0] / HEADS;
    // The scores' factor is in the queries.
    this.qProj = Linear.read(context, `${name}.q_proj`, 1 / Math.sqrt(size));
    this.kProj = Linear.read(context, `${name}.k_proj`);
    this.vProj = Linear.read(context, `${name}.v_proj`);
    this.outProj = Linear.read(context, `${name}.out_proj`);
  }

  /** Computes Attention(q = k = queriesAndKeys, v = values). */
  apply(queriesAndKeys: Tokens, values: Tokens): Tokens {
    const { kernels, arena } = this.context;
    const [q, k, v] = [
      this.qProj.apply(queriesAndKeys), this.kProj.apply(queriesAndKeys), this.vProj.apply(values)];
    const attended = allocateTokens(arena, q.count, q.width);
    const weights = arena.allocate(4 * q.count);
    kernels.selfAttention(q.at, k.at, v.at, q.count, HEADS, q.width / HEADS, weights, attended.at);
    return this.outProj.apply(attended);
  }
}
