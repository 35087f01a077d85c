import { TokenToImageAttention } from "../gen/kernels";
import { allocateTokens, CHUNKS, HEADS, type KernelContext, padded, type Tokens } from "../kernels/KernelContext";
import { WeightMatrix } from "../model/WeightMatrix";
import { Linear } from "../tokens/Linear";
import { packB } from "../tokens/packing";
import { PerHeadLinear } from "../tokens/PerHeadLinear";
import type { TokenBasis } from "./TokenBasis";
import { withValueBias } from "./withValueBias";

/** Queries that are ready to attend to the grid's rows. */
export interface TokenQueries {
  readonly attention: TokenToImageAttention;
  /** Tokens, without padding. */
  readonly count: number;
}

/**
 * `cross_attn_token_to_image` or `final_attn_token_to_image`: tokens attend to the image. A pass over the grid does the
 * part between `begin` and `end`. Where the image's keys and values are not prepared, their projections are applied to
 * the tokens instead (docs/model.md).
 */
export class CrossAttnTokenToImage {
  private readonly width: number;
  private readonly size: number;
  private readonly qProj: Linear;
  private readonly outProj: Linear;
  /** For factored image tokens, which lack the bias b of the norm. */
  private readonly factoredOutProj: Linear;
  /** Undefined where the image's keys are prepared. */
  private readonly kProj: PerHeadLinear | undefined;
  /** `v_proj` of each head; none where the image's values are prepared. */
  private readonly vProj: readonly number[] = [];

  /** @param normBias b of the norm before; none where the image's keys and values are prepared. */
  constructor(private readonly context: KernelContext, name: string, normBias: Float32Array | undefined) {
    const { decode } = context;
    const [inner, width] = decode.shape(`${name}.out_proj.weight`);
    [this.width, this.size] = [width, inner / HEADS];
    this.qProj = Linear.read(context, `${name}.q_proj`, 1 / Math.sqrt(this.size));
    const bias = decode.read(`${name}.v_proj.bias`);
    this.outProj = Linear.read(context, `${name}.out_proj`, 1, withValueBias(decode, name, bias));
    this.factoredOutProj = this.outProj;
    if (normBias) {
      this.kProj = PerHeadLinear.ofImageProjection(context, `${name}.k_proj.weight`);
      const value = decode.read(`${name}.v_proj.weight`);
      this.vProj = Array.from({ length: HEADS }, (_, head) => {
        const part = Float32Array.from({ length: width * this.size }, (_, i) =>
          value[Math.floor(i / this.size) * inner + head * this.size + (i % this.size)]);
        return packB(context, part, width, this.size);
      });
      const constant = new WeightMatrix(value, width).multiply(normBias).map((own, i) => own + bias[i]);
      this.factoredOutProj = Linear.read(context, `${name}.out_proj`, 1, withValueBias(decode, name, constant));
    }
  }

  /**
   * Computes the queries.
   * @param queries Tokens plus the prompt's positional encoding.
   * @param basis Basis rows of the image tokens, where these are factored.
   */
  begin(queries: Tokens, basis?: TokenBasis): TokenQueries {
    const { width, size } = this;
    const { count } = queries;
    const projected = this.qProj.apply(queries);
    const moved = this.kProj?.apply(projected);
    const columns = (each: number) => this.columns(moved!, count, width, (head) => [head * count, 0], each);
    if (moved && !basis) {
      const stride = HEADS * count;
      return this.queries(
        { queries: columns(count), coefficientQueries: 0, stride, groups: 1, depth: width, rank: 0 }, count);
    }
    const each = padded(count);
    const stride = HEADS * each;
    const coefficientQueries = moved && basis ? basis.project(columns(each), stride) : 0;
    const own = this.columns(projected, count, size, (head) => [0, head * size], each);
    return this.queries(
      { queries: own, coefficientQueries, stride, groups: HEADS, depth: size, rank: basis?.rank ?? 0 }, count);
  }

  /** Computes the attention's output [n, C] from the states that a pass has filled. */
  end({ attention, count }: TokenQueries, basis?: TokenBasis): Tokens {
    const { kernels, arena } = this.context;
    const { stride, groups, depth, valueRows, states } = attention;
    const output = kernels.mergeSoftmaxStates(
      states, CHUNKS, kernels.softmaxStateBytes(stride, valueRows), stride, valueRows);
    const each = stride / HEADS;
    const heads = allocateTokens(arena, count, HEADS * this.size);
    const to = arena.view(heads.at, padded(count) * heads.width).fill(0);
    if (groups === HEADS) {
      const from = arena.view(output, depth * stride);
      for (let token = 0; token < count; token++) {
        for (let i = 0; i < heads.width; i++) {
          to[token * heads.width + i] = from[(i % depth) * stride + Math.floor(i / depth) * each + token];
        }
      }
    }
    // Attended image tokens [C, stride], which are still to be projected to values.
    const attended = groups === 1 ? output : (basis?.restore(output + 4 * depth * stride, stride) ?? 0);
    // Four tokens at a time: the last ones of a head may come with the first of the next, whose results are not read.
    for (let head = 0; attended !== 0 && head < HEADS; head++) {
      kernels.gemm(
        attended + 4 * head * each, 16, 4 * stride, padded(count), this.width, this.vProj[head], 32, 32 * this.width,
        heads.at + 4 * head * this.size, 4 * heads.width, this.size);
    }
    return (basis ? this.factoredOutProj : this.outProj).apply(heads);
  }

  private queries(attention: Omit<TokenToImageAttention, "valueRows" | "states">, count: number): TokenQueries {
    const { kernels, arena } = this.context;
    const valueRows = attention.depth + padded(attention.rank);
    const states = arena.allocate(CHUNKS * kernels.softmaxStateBytes(attention.stride, valueRows));
    return { attention: { ...attention, valueRows, states }, count };
  }

  /** Transposes each head's tokens into columns [depth, 8 each], with zeros in the padding. */
  private columns(
    { at, width }: Tokens,
    count: number,
    depth: number,
    first: (head: number) => readonly [row: number, column: number],
    each: number,
  ): number {
    const { kernels, arena } = this.context;
    const result = arena.allocateZeros(depth * HEADS * each);
    for (let head = 0; head < HEADS; head++) {
      const [row, column] = first(head);
      kernels.transpose(at + 4 * row * width, count, width, column, depth, result + 4 * head * each, HEADS * each);
    }
    return result;
  }
}
