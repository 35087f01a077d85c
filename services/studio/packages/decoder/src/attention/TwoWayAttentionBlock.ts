import { ImageToToken, SelfAttention, TokenToImage } from "./TokenToImageAttention";
import type { ImageNorms } from "../factored/FactoredLayers";
import { Linear, RowNorm } from "../tokens/Linear";
import { sum, type Tokens, type Workshop } from "../kernels/KernelContext";

/** The tokens' half of the reference's `TwoWayAttentionBlock`, and what the image's half needs of the tokens. */
export class TwoWayLayer {
  readonly tokenToImage: TokenToImage;
  readonly imageToToken: ImageToToken;
  /** LayerNorm of the image's tokens. */
  readonly imageScale: number;
  readonly imageBias: number;
  private readonly isFirst: boolean;
  private readonly selfAttention: SelfAttention;
  private readonly afterSelfAttention: RowNorm;
  private readonly afterTokenToImage: RowNorm;
  private readonly widen: Linear;
  private readonly narrow: Linear;
  private readonly afterPerceptron: RowNorm;

  constructor(private readonly shop: Workshop, index: number, norms: ImageNorms) {
    const name = `transformer.layers.${index}`;
    this.isFirst = index === 0;
    this.selfAttention = new SelfAttention(shop, `${name}.self_attn`);
    this.afterSelfAttention = new RowNorm(shop, `${name}.norm1`);
    const before = index > 0 ? norms.biases[index - 1] : undefined;
    this.tokenToImage = new TokenToImage(shop, `${name}.cross_attn_token_to_image`, before);
    this.afterTokenToImage = new RowNorm(shop, `${name}.norm2`);
    this.widen = Linear.read(shop, `${name}.mlp.lin1`);
    this.narrow = Linear.read(shop, `${name}.mlp.lin2`);
    this.afterPerceptron = new RowNorm(shop, `${name}.norm3`);
    this.imageToToken = new ImageToToken(shop, `${name}.cross_attn_image_to_token`, before);
    [this.imageScale, this.imageBias] = [norms.scales, norms.biases].map((of) => shop.arena.put(of[index]));
  }

  /** Self attention; in the first layer of the prompt itself (`skip_first_layer_pe`). */
  attendSelf(tokens: Tokens, prompt: Tokens): Tokens {
    const queries = this.isFirst ? tokens : sum(this.shop, tokens, prompt);
    const attended = this.selfAttention.apply(queries, tokens);
    this.afterSelfAttention.apply(attended, this.isFirst ? undefined : tokens);
    return attended;
  }

  /** What follows once the tokens have attended to the image. */
  afterAttending(attended: Tokens, tokens: Tokens): Tokens {
    this.afterTokenToImage.apply(attended, tokens);
    const narrow = this.narrow.apply(this.widen.apply(attended, true));
    this.afterPerceptron.apply(narrow, attended);
    return narrow;
  }
}
