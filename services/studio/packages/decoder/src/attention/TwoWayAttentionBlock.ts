import { type KernelContext, sum, type Tokens } from "../kernels/KernelContext";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";
import { LayerNorm } from "../tokens/LayerNorm";
import { Linear } from "../tokens/Linear";
import { SelfAttention } from "../tokens/SelfAttention";
import { CrossAttnImageToToken } from "./CrossAttnImageToToken";
import { CrossAttnTokenToImage } from "./CrossAttnTokenToImage";

/**
 * `TwoWayAttentionBlock` of transformer.py: its steps for tokens, and the weights of its steps for the image, which
 * passes over the grid do.
 */
export class TwoWayAttentionBlock {
  readonly crossAttnTokenToImage: CrossAttnTokenToImage;
  readonly crossAttnImageToToken: CrossAttnImageToToken;
  /** `norm4`, of the image's tokens. */
  readonly norm4: { readonly normScale: number; readonly normBias: number };
  private readonly skipFirstLayerPe: boolean;
  private readonly selfAttn: SelfAttention;
  private readonly norm1: LayerNorm;
  private readonly norm2: LayerNorm;
  private readonly norm3: LayerNorm;
  private readonly mlp: { readonly lin1: Linear; readonly lin2: Linear };

  constructor(private readonly context: KernelContext, layer: number, norms: FoldedNormScales) {
    const name = `transformer.layers.${layer}`;
    const before = layer > 0 ? norms.biases[layer - 1] : undefined;
    this.skipFirstLayerPe = layer === 0;
    this.selfAttn = new SelfAttention(context, `${name}.self_attn`);
    this.norm1 = new LayerNorm(context, `${name}.norm1`);
    this.crossAttnTokenToImage = new CrossAttnTokenToImage(context, `${name}.cross_attn_token_to_image`, before);
    this.norm2 = new LayerNorm(context, `${name}.norm2`);
    this.mlp = { lin1: Linear.read(context, `${name}.mlp.lin1`), lin2: Linear.read(context, `${name}.mlp.lin2`) };
    this.norm3 = new LayerNorm(context, `${name}.norm3`);
    this.crossAttnImageToToken = new CrossAttnImageToToken(context, `${name}.cross_attn_image_to_token`, before);
    const [normScale, normBias] = [norms.scales, norms.biases].map((of) => context.arena.put(of[layer]));
    this.norm4 = { normScale, normBias };
  }

  /** Self attention block: `self_attn` and `norm1`. */
  attendSelf(tokens: Tokens, queryPe: Tokens): Tokens {
    const queries = this.skipFirstLayerPe ? tokens : sum(this.context, tokens, queryPe);
    const attended = this.selfAttn.apply(queries, tokens);
    this.norm1.apply(attended, this.skipFirstLayerPe ? undefined : tokens);
    return attended;
  }

  /** Applies `norm2` to the output of `cross_attn_token_to_image`, then the MLP block and `norm3`. */
  applyMlp(attended: Tokens, tokens: Tokens): Tokens {
    this.norm2.apply(attended, tokens);
    const { lin1, lin2 } = this.mlp;
    const result = lin2.apply(lin1.apply(attended, true));
    this.norm3.apply(result, attended);
    return result;
  }
}
