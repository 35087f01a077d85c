import type { GraphWeights } from "./GraphWeights";
import { HeadLinear, Linear, packBlocks } from "./linear";
import { CHUNKS, HEADS, padded, takeTokens, type Tokens, type Workshop } from "./tokens";

/** Attention of the tokens of a prompt to each other. Reference: `Attention.forward`. */
export class SelfAttention {
  private readonly query: Linear;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly output: Linear;

  constructor(private readonly shop: Workshop, name: string) {
    const size = shop.decode.shape(`${name}.q_proj.bias`)[0] / HEADS;
    this.query = Linear.read(shop, `${name}.q_proj`, 1 / Math.sqrt(size));
    this.key = Linear.read(shop, `${name}.k_proj`);
    this.value = Linear.read(shop, `${name}.v_proj`);
    this.output = Linear.read(shop, `${name}.out_proj`);
  }

  apply(queriesAndKeys: Tokens, values: Tokens): Tokens {
    const { kernels, arena } = this.shop;
    const [q, k, v] = [
      this.query.apply(queriesAndKeys), this.key.apply(queriesAndKeys), this.value.apply(values)];
    const mixed = takeTokens(arena, q.count, q.width);
    const shares = arena.take(4 * q.count);
    kernels.attendSelf(q.at, k.at, v.at, q.count, HEADS, q.width / HEADS, shares, mixed.at);
    return this.output.apply(mixed);
  }
}

/** An attention of tokens to the image that has begun: fields of assembly/attention.ts, `ToImage`. */
export interface ToImage {
  readonly fields: readonly [queries: number, stride: number, depth: number, channels: number, states: number];
  /** Queries without the padding. */
  readonly count: number;
}

/**
 * Weights of an attention of tokens to the image. Where the image's keys and values are not prepared, the projections of
 * the image's side are folded into the tokens (docs/model.md).
 */
export class TokenToImage {
  private readonly width: number;
  private readonly size: number;
  private readonly query: Linear;
  private readonly output: Linear;
  private readonly key: HeadLinear | undefined;
  private readonly values: readonly number[] = [];

  constructor(private readonly shop: Workshop, name: string, isPrepared: boolean) {
    const { decode } = shop;
    const [inner, width] = decode.shape(`${name}.out_proj.weight`);
    [this.width, this.size] = [width, inner / HEADS];
    this.query = Linear.read(shop, `${name}.q_proj`, 1 / Math.sqrt(this.size));
    this.output = Linear.read(shop, `${name}.out_proj`, 1, withValueBias(decode, name));
    if (!isPrepared) {
      this.key = HeadLinear.ofImageProjection(shop, `${name}.k_proj.weight`);
      const value = decode.read(`${name}.v_proj.weight`);
      this.values = Array.from({ length: HEADS }, (_, head) => {
        const part = Float32Array.from({ length: width * this.size }, (_, i) =>
          value[Math.floor(i / this.size) * inner + head * this.size + (i % this.size)]);
        return packBlocks(shop, part, width, this.size);
      });
    }
  }

  /** Begins the attention of tokens, with the prompt's positions in them. */
  begin(positioned: Tokens): ToImage {
    const folded = this.key!.apply(this.query.apply(positioned));
    return this.state(folded, 0, this.width, folded.count);
  }

  /** Ends it: what the tokens take from the image, [n, C]. */
  end({ fields: [, stride, , channels, states], count }: ToImage): Tokens {
    const { kernels, arena } = this.shop;
    const tokens = count / HEADS;
    const mixed = kernels.finishStates(states, CHUNKS, kernels.stateBytes(stride, channels), stride, channels);
    const joined = takeTokens(arena, tokens, HEADS * this.size);
    arena.view(joined.at, padded(tokens) * joined.width).fill(0);
    // Four tokens at a time, the last ones of a head together with the first of the next, which are left.
    for (let head = 0; head < HEADS; head++) {
      kernels.addProduct(
        mixed + 4 * head * tokens, 16, 4 * stride, padded(tokens), channels, this.values[head], 32, 32 * channels,
        joined.at + 4 * head * this.size, 4 * joined.width, this.size);
    }
    return this.output.apply(joined);
  }

  /** Begins it where keys and values of the image are prepared, for each head. */
  beginPrepared(positioned: Tokens): ToImage[] {
    const queries = this.query.apply(positioned);
    return Array.from(
      { length: HEADS }, (_, head) => this.state(queries, head * this.size, this.size, (queries.count + 7) & ~7));
  }

  /** Ends it. */
  endPrepared(heads: readonly ToImage[]): Tokens {
    const { kernels, arena } = this.shop;
    const { count } = heads[0];
    const joined = takeTokens(arena, count, HEADS * this.size);
    heads.forEach(({ fields: [, stride, , channels, states] }, head) => {
      const mixed = kernels.finishStates(states, CHUNKS, kernels.stateBytes(stride, channels), stride, channels);
      const from = arena.view(mixed, channels * stride);
      const to = arena.view(joined.at, count * joined.width);
      for (let token = 0; token < count; token++) {
        for (let i = 0; i < channels; i++) {
          to[token * joined.width + head * channels + i] = from[i * stride + token];
        }
      }
    });
    return this.output.apply(joined);
  }

  private state(queries: Tokens, first: number, columns: number, stride: number): ToImage {
    const { kernels, arena } = this.shop;
    const transposed = arena.take(4 * columns * stride);
    kernels.transpose(queries.at, queries.count, queries.width, first, columns, transposed, stride);
    const states = arena.take(CHUNKS * kernels.stateBytes(stride, columns));
    return { fields: [transposed, stride, columns, columns, states], count: queries.count };
  }
}

/** Attention weights sum to one, so the value's bias passes through them unchanged, into the output's. */
function withValueBias(decode: GraphWeights, name: string): Float32Array {
  const [weight, bias, value] = ["out_proj.weight", "out_proj.bias", "v_proj.bias"].map(
    (part) => decode.read(`${name}.${part}`));
  return bias.map((start, output) =>
    value.reduce((total, v, input) => total + v * weight[input * bias.length + output], start));
}

/** An attention of the image to tokens. */
export interface ToTokens {
  /** `ToTokens` of assembly/attention.ts. */
  readonly at: number;
  /** Tokens less one. */
  readonly others: number;
  /** Values less the last token's, behind the output projection: [8 others, C]. */
  readonly values: Tokens;
  /** [C]: the last token's, and the projection's bias. */
  readonly origin: number;
}

/** Weights of an attention of the image to tokens. */
export class ImageToToken {
  private readonly size: number;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly output: Linear;
  private readonly outputByHead: HeadLinear;
  private readonly query: HeadLinear | undefined;
  private readonly queryBias: number = 0;

  constructor(private readonly shop: Workshop, name: string, isPrepared: boolean) {
    this.size = shop.decode.shape(`${name}.k_proj.bias`)[0] / HEADS;
    this.key = Linear.read(shop, `${name}.k_proj`, 1 / Math.sqrt(this.size));
    this.value = Linear.read(shop, `${name}.v_proj`);
    this.output = Linear.read(shop, `${name}.out_proj`);
    this.outputByHead = HeadLinear.ofOutputProjection(shop, `${name}.out_proj.weight`);
    if (!isPrepared) {
      this.query = HeadLinear.ofImageProjection(shop, `${name}.q_proj.weight`);
      this.queryBias = shop.arena.put(shop.decode.read(`${name}.q_proj.bias`));
    }
  }

  /** Begins the attention to tokens, given with and without the prompt's positions. */
  begin(positioned: Tokens, tokens: Tokens): ToTokens {
    const { kernels, arena } = this.shop;
    const [keys, values] = [this.key.apply(positioned), this.value.apply(tokens)];
    const others = tokens.count - 1;
    const last = { at: values.at + 4 * others * values.width, count: 1, width: values.width };
    const origin = this.output.apply(last).at;
    const relative = this.relative(keys);
    const bias = arena.take(4 * HEADS * others);
    const projected = this.outputByHead.apply(this.relative(values));
    const panels = arena.take(4 * projected.count * projected.width);
    kernels.packColumns(projected.at, 4 * projected.width, projected.count, projected.width, panels);
    if (this.query) {
      kernels.dotByHead(relative.at, others, HEADS, this.size, this.queryBias, bias);
      const folded = this.query.apply(relative);
      const packed = arena.take(4 * padded(folded.count) * folded.width);
      kernels.packRows(folded.at, 4 * folded.width, folded.count, 0, folded.width, packed);
      const at = arena.struct(others, 1, folded.width, packed, bias, panels, origin);
      return { at, others, values: projected, origin };
    }
    // Prepared queries hold their bias.
    arena.view(bias, HEADS * others).fill(0);
    const part = padded(others) * this.size;
    const packed = arena.take(4 * HEADS * part);
    for (let head = 0; head < HEADS; head++) {
      kernels.packRows(
        relative.at, 4 * relative.width, others, head * this.size, this.size, packed + 4 * head * part);
    }
    const at = arena.struct(others, HEADS, this.size, packed, bias, panels, origin);
    return { at, others, values: projected, origin };
  }

  private relative(rows: Tokens): Tokens {
    const result = takeTokens(this.shop.arena, rows.count - 1, rows.width);
    this.shop.kernels.subtractLast(rows.at, rows.count, rows.width, result.at);
    return result;
  }
}
