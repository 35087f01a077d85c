import { ImageToTokenAttention } from "../gen/kernels";
import { allocateTokens, HEADS, type KernelContext, type Tokens } from "../kernels/KernelContext";
import { WeightMatrix } from "../model/WeightMatrix";
import { Linear } from "../tokens/Linear";
import { packHeads, packTokens, packTransposedTokens } from "../tokens/packing";
import { PerHeadLinear } from "../tokens/PerHeadLinear";
import type { TokenBasis } from "./TokenBasis";

/** Keys and values that the grid's rows can attend to. */
export interface TokenKeyValues {
  /** Address of an `ImageToTokenAttention`. */
  readonly attention: number;
  /** T - 1: tokens but the last. */
  readonly shiftedCount: number;
}

/** Keys of factored image tokens, with the values V and the origin o that become rows of the prompt's basis. */
export interface FactoredKeyValues extends TokenKeyValues {
  /** V [8 shiftedCount, C]: values less the last token's, after the output projection. */
  readonly values: Tokens;
  /** o [C]: the last token's value after the output projection, with its bias. */
  readonly origin: number;
  /** `values` and `origin` of the layer's `CrossTerm`. */
  readonly crossTerm: { readonly values: number; readonly origin: number };
}

/**
 * `cross_attn_image_to_token`: the image attends to tokens. Softmax depends on differences of scores only, so keys and
 * values are shifted by the last token's (docs/model.md).
 */
export class CrossAttnImageToToken {
  private readonly size: number;
  private readonly kProj: Linear;
  private readonly vProj: Linear;
  private readonly outProj: Linear;
  private readonly outProjPerHead: PerHeadLinear;
  /** Undefined where the image's queries are prepared. */
  private readonly qProj: PerHeadLinear | undefined;
  private readonly queryBias: number = 0;
  /** For factored image tokens, which lack the bias b of the norm. */
  private readonly factoredQueryBias: number = 0;

  /** @param normBias b of the norm before; none where the image's queries are prepared. */
  constructor(private readonly context: KernelContext, name: string, normBias: Float32Array | undefined) {
    const { arena, decode } = context;
    this.size = decode.shape(`${name}.k_proj.bias`)[0] / HEADS;
    this.kProj = Linear.read(context, `${name}.k_proj`, 1 / Math.sqrt(this.size));
    this.vProj = Linear.read(context, `${name}.v_proj`);
    this.outProj = Linear.read(context, `${name}.out_proj`);
    this.outProjPerHead = PerHeadLinear.ofOutputProjection(context, `${name}.out_proj.weight`);
    if (normBias) {
      const [weight, bias] = ["weight", "bias"].map((part) => decode.read(`${name}.q_proj.${part}`));
      this.qProj = PerHeadLinear.ofImageProjection(context, `${name}.q_proj.weight`);
      this.queryBias = arena.put(bias);
      this.factoredQueryBias = arena.put(
        new WeightMatrix(weight, normBias.length).multiply(normBias).map((own, i) => own + bias[i]));
    }
  }

  /**
   * Computes keys and values for dense image tokens.
   * @param keys Tokens plus the prompt's positional encoding.
   * @param values Tokens.
   */
  begin(keys: Tokens, values: Tokens): TokenKeyValues {
    const { context, context: { arena } } = this;
    const projected = this.project(keys, values);
    const { shiftedCount, keys: shifted, origin } = projected;
    const moved = this.qProj?.apply(shifted);
    const bias = this.bias(shifted, this.queryBias);
    const read = moved
      ? { groups: 1, depth: moved.width, keys: packTokens(context, moved).at }
      : { groups: HEADS, depth: this.size, keys: packHeads(context, shifted) };
    return {
      attention: arena.struct(ImageToTokenAttention, {
        ...read, shiftedCount, bias, coefficientKeys: 0, rank: 0,
        values: packTransposedTokens(context, projected.values).at, origin,
      }),
      shiftedCount,
    };
  }

  /**
   * Computes keys for factored image tokens, and the values.
   * @param basis Basis rows of the image tokens; none in the first layer.
   */
  beginFactored(keys: Tokens, values: Tokens, basis: TokenBasis | undefined): FactoredKeyValues {
    const { context, context: { arena } } = this;
    const projected = this.project(keys, values);
    const { shiftedCount, keys: shifted, origin } = projected;
    const moved = this.qProj?.apply(shifted);
    const bias = this.bias(shifted, this.factoredQueryBias);
    const coefficients = moved && basis
      ? { coefficientKeys: basis.packKeys(moved), rank: basis.rank } : { coefficientKeys: 0, rank: 0 };
    const attention = arena.struct(ImageToTokenAttention, {
      shiftedCount, groups: HEADS, depth: this.size, keys: packHeads(context, shifted), bias, ...coefficients,
      values: 0, origin: 0,
    });
    const crossTerm = {
      values: packHeads(context, projected.shiftedValues), origin: packTokens(context, projected.last).at,
    };
    return { attention, shiftedCount, values: projected.values, origin, crossTerm };
  }

  /** Projects keys and values, and shifts both by the last token's. */
  private project(positioned: Tokens, tokens: Tokens) {
    const [keys, values] = [this.kProj.apply(positioned), this.vProj.apply(tokens)];
    const shiftedCount = tokens.count - 1;
    const last = { at: values.at + 4 * shiftedCount * values.width, count: 1, width: values.width };
    const origin = this.outProj.apply(last).at;
    const shiftedValues = this.shift(values);
    return {
      shiftedCount, keys: this.shift(keys), last, origin, shiftedValues,
      values: this.outProjPerHead.apply(shiftedValues),
    };
  }

  /** Scores of the query bias [8 shiftedCount]; zero where prepared queries hold it. */
  private bias(keys: Tokens, queryBias: number): number {
    const { kernels, arena } = this.context;
    if (!this.qProj) {
      return arena.allocateZeros(HEADS * keys.count);
    }
    const bias = arena.allocate(4 * HEADS * keys.count);
    kernels.perHeadDot(keys.at, keys.count, HEADS, this.size, queryBias, bias);
    return bias;
  }

  /** Subtracts the last token from the others. */
  private shift(rows: Tokens): Tokens {
    const result = allocateTokens(this.context.arena, rows.count - 1, rows.width);
    this.context.kernels.subtractLast(rows.at, rows.count, rows.width, result.at);
    return result;
  }
}
