import { CrossTerm, FactoredLayerPass, TokenToImageAttention } from "../gen/kernels";
import { HEADS, type KernelContext, ROW_BYTES } from "../kernels/KernelContext";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";
import { FactoredPrompt } from "./FactoredPrompt";
import type { ImageProjections } from "./ImageProjections";

/** Share of a token's channels above which coefficients are more work than dense image tokens. */
const MAX_RANK_SHARE = 0.75;

/**
 * The image's part of both layers without image tokens. `norm4` of a layer takes a cell's token x to
 *
 *     r (x + a V + o) P s + b
 *
 * so after the layers a token is f u + c B + b: an image part u, linear in x0 and the same for all prompts, and a few
 * coefficients c of the cell times a basis B of the prompt (`TokenBasis`). docs/model.md, "Factored image tokens".
 */
export class FactoredLayers {
  constructor(
    private readonly context: KernelContext,
    private readonly norms: FoldedNormScales,
    private readonly image: ImageProjections,
  ) {}

  /**
   * Begins a prompt.
   * @param shiftedCount Its tokens less one.
   * @returns undefined when the prompt has too many tokens for the factored form to be less work.
   */
  begin(shiftedCount: number): FactoredPrompt | undefined {
    const maxRank = 2 * (HEADS * shiftedCount + 1);
    return maxRank <= MAX_RANK_SHARE * this.image.channels
      ? new FactoredPrompt(this.context, this.norms, maxRank) : undefined;
  }

  /**
   * Runs the image's part of the layer that was added to the prompt last, and the tokens' next attention to the image.
   * @param queries Prepared queries of the image, for layer 0.
   */
  run(prompt: FactoredPrompt, tokenToImage: TokenToImageAttention, queries: number): void {
    const { context: { arena, kernels, threads }, image } = this;
    const { inner } = image;
    const layer = prompt.layers.length - 1;
    const { attention, shiftedCount } = prompt.layers[layer];
    const sections = layer === 0
      ? ["layer0CrossTerm"] as const : ["layer0CrossTermInLayer1", "layer1CrossTerm"] as const;
    const crossTerms = sections.map(
      (section, index) => ({ ...prompt.layers[index].crossTerm, imagePart: image.at(section) }));
    const scratchBytes = kernels.factoredScratchBytes(inner, prompt.maxRank, tokenToImage.stride);
    const reads = layer === 0 ? {
      queries, queryStride: inner * ROW_BYTES, queryPositions: 0,
      keys: image.at("key"), values: image.at("value"), keyPositions: image.positionsAt("key"),
    } : {
      queries: image.at("query"), queryStride: image.rowBytes, queryPositions: image.positionsAt("query"),
      keys: image.at("finalKey"), values: image.at("finalValue"), keyPositions: image.positionsAt("finalKey"),
    };
    threads.run(FactoredLayerPass, {
      ...reads,
      imageToToken: attention,
      tokenToImage: arena.struct(TokenToImageAttention, tokenToImage),
      channels: image.channels,
      inner,
      imageStride: image.rowBytes,
      positionStride: image.positionRowBytes,
      previousRank: layer * (HEADS * shiftedCount + 1),
      coefficients: prompt.coefficients,
      coefficientStride: prompt.coefficientStride,
      crossTerms: arena.structs(CrossTerm, crossTerms),
      gram: prompt.gram,
      squaredNorms: image.squaredNorms + layer * ROW_BYTES,
      scratch: arena.allocate(threads.count * scratchBytes),
    });
  }
}
