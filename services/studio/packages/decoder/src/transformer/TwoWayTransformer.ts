import { CrossAttnTokenToImage } from "../attention/CrossAttnTokenToImage";
import { TwoWayAttentionBlock } from "../attention/TwoWayAttentionBlock";
import type { FactoredLayers } from "../factored/FactoredLayers";
import type { FactoredPrompt } from "../factored/FactoredPrompt";
import { DenseLayerPass, GRID_SIDE, Layer0TokenToImagePass, TokenToImageAttention } from "../gen/kernels";
import type { PreparedImage } from "../image/MaskedImage";
import { allocateTokens, type KernelContext, ROW_BYTES, sum, type Tokens } from "../kernels/KernelContext";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";
import { LayerNorm } from "../tokens/LayerNorm";

/** Tokens after the transformer, and the image tokens. */
export interface Transformed {
  /** [1 + masks, C]: the IoU token and the wanted mask tokens. */
  readonly tokens: Tokens;
  /** The image tokens in factored form; undefined where they are dense, at `TwoWayTransformer.imageTokens`. */
  readonly factored: FactoredPrompt | undefined;
}

/** `TwoWayTransformer` of transformer.py. The image's step of a layer and the tokens' next attention are one pass. */
export class TwoWayTransformer {
  /** [64][C, 64]: dense image tokens after the layers. */
  readonly imageTokens: number;
  private readonly layers: readonly TwoWayAttentionBlock[];
  private readonly finalAttnTokenToImage: CrossAttnTokenToImage;
  private readonly normFinalAttn: LayerNorm;

  /**
   * @param positions Address of a `PositionalEncoding`.
   * @param width C.
   */
  constructor(
    private readonly context: KernelContext,
    norms: FoldedNormScales,
    private readonly factoredLayers: FactoredLayers,
    private readonly positions: number,
    private readonly width: number,
  ) {
    this.layers = [0, 1].map((layer) => new TwoWayAttentionBlock(context, layer, norms));
    this.finalAttnTokenToImage =
      new CrossAttnTokenToImage(context, "transformer.final_attn_token_to_image", norms.biases[1]);
    this.normFinalAttn = new LayerNorm(context, "transformer.norm_final_attn");
    this.imageTokens = context.arena.allocate(GRID_SIDE * ROW_BYTES * width);
  }

  /**
   * Transforms a prompt's tokens.
   * @param queryPe The prompt's tokens as they were encoded.
   * @param maskTokens The wanted mask tokens, of which alone the final attention is computed.
   * @param canFactor True where the image projections are of this image, and only the image's rows are wanted.
   */
  forward(image: PreparedImage, queryPe: Tokens, maskTokens: readonly number[], canFactor: boolean): Transformed {
    const { context, context: { arena, threads }, layers: [layer0, layer1], finalAttnTokenToImage: final } = this;
    let tokens = layer0.attendSelf(queryPe, queryPe);
    let queries = layer0.crossAttnTokenToImage.begin(sum(context, tokens, queryPe));
    threads.run(Layer0TokenToImagePass, {
      tokenToImage: arena.struct(TokenToImageAttention, queries.attention),
      keys: image.keys,
      values: image.values,
      scratch: arena.allocate(threads.count * ROW_BYTES * queries.attention.stride),
    });
    tokens = layer0.applyMlp(layer0.crossAttnTokenToImage.end(queries), tokens);
    const factored = canFactor ? this.factoredLayers.begin(tokens.count - 1) : undefined;
    const finishLayer0 = this.imageToToken(layer0, tokens, queryPe, factored);

    tokens = layer1.attendSelf(tokens, queryPe);
    queries = layer1.crossAttnTokenToImage.begin(sum(context, tokens, queryPe), factored?.basis);
    finishLayer0(queries.attention, image.queries, image.tokens);
    tokens = layer1.applyMlp(layer1.crossAttnTokenToImage.end(queries, factored?.basis), tokens);
    const finishLayer1 = this.imageToToken(layer1, tokens, queryPe, factored);

    tokens = this.outputTokens(tokens, maskTokens);
    queries = final.begin(sum(context, tokens, this.outputTokens(queryPe, maskTokens)), factored?.basis);
    finishLayer1(queries.attention, 0, this.imageTokens);
    const attended = final.end(queries, factored?.basis);
    this.normFinalAttn.apply(attended, tokens);
    return { tokens: attended, factored };
  }

  /**
   * Begins a layer's `cross_attn_image_to_token`.
   * @returns A function that runs it and `norm4`, together with an attention of tokens to the result.
   */
  private imageToToken(
    { crossAttnImageToToken, norm4 }: TwoWayAttentionBlock,
    tokens: Tokens,
    queryPe: Tokens,
    factored: FactoredPrompt | undefined,
  ): (tokenToImage: TokenToImageAttention, queries: number, input: number) => void {
    const { context, context: { arena, threads, kernels }, width } = this;
    const keys = sum(context, tokens, queryPe);
    if (factored) {
      factored.add(crossAttnImageToToken.beginFactored(keys, tokens, factored.basis));
      return (tokenToImage, queries) => this.factoredLayers.run(factored, tokenToImage, queries);
    }
    const { attention, shiftedCount } = crossAttnImageToToken.begin(keys, tokens);
    return (tokenToImage, queries, input) => threads.run(DenseLayerPass, {
      positions: this.positions,
      channels: width,
      imageToToken: attention,
      tokenToImage: arena.struct(TokenToImageAttention, tokenToImage),
      queries,
      input,
      output: this.imageTokens,
      ...norm4,
      scratch: arena.allocate(threads.count * kernels.denseScratchBytes(width, shiftedCount, tokenToImage.stride)),
    });
  }

  /** Copies the IoU token and those of the wanted masks. */
  private outputTokens(tokens: Tokens, maskTokens: readonly number[]): Tokens {
    const { arena } = this.context;
    const result = allocateTokens(arena, 1 + maskTokens.length, tokens.width);
    [0, ...maskTokens.map((token) => token + 1)].forEach((token, index) => {
      const from = arena.view(tokens.at + 4 * token * tokens.width, tokens.width);
      arena.view(result.at + 4 * index * tokens.width, tokens.width).set(from);
    });
    return result;
  }
}
