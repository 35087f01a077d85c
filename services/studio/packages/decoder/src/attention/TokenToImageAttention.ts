import type { Basis } from "./TokenBasis";
import type { Folding } from "../factored/FactoredLayers";
import type { GraphWeights } from "../model/GraphWeights";
import { HeadLinear, Linear, packBlocks, packHeads } from "../tokens/Linear";
import { Matrix } from "../model/WeightMatrix";
import { CHUNKS, HEADS, padded, takeTokens, type Tokens, type Workshop } from "../kernels/KernelContext";

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

/** An attention of tokens to the image that has begun. */
export interface ToImage {
  /** `ToImage` of assembly/attention.ts. */
  readonly fields: readonly [
    queries: number, keptQueries: number, stride: number, groups: number, depth: number, keptDepth: number, mixed: number,
    states: number];
  /** Tokens without the padding. */
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
  /** For folded layers, whose tokens lack the norm's bias. */
  private readonly keptOutput: Linear;
  private readonly key: HeadLinear | undefined;
  private readonly values: readonly number[] = [];

  /** @param before Bias of the norm before; none where keys and values of the image are prepared. */
  constructor(private readonly shop: Workshop, name: string, before: Float32Array | undefined) {
    const { decode } = shop;
    const [inner, width] = decode.shape(`${name}.out_proj.weight`);
    [this.width, this.size] = [width, inner / HEADS];
    this.query = Linear.read(shop, `${name}.q_proj`, 1 / Math.sqrt(this.size));
    const bias = decode.read(`${name}.v_proj.bias`);
    this.output = Linear.read(shop, `${name}.out_proj`, 1, withValueBias(decode, name, bias));
    this.keptOutput = this.output;
    if (before) {
      this.key = HeadLinear.ofImageProjection(shop, `${name}.k_proj.weight`);
      const value = decode.read(`${name}.v_proj.weight`);
      this.values = Array.from({ length: HEADS }, (_, head) => {
        const part = Float32Array.from({ length: width * this.size }, (_, i) =>
          value[Math.floor(i / this.size) * inner + head * this.size + (i % this.size)]);
        return packBlocks(shop, part, width, this.size);
      });
      const constant = new Matrix(value, width).multiply(before).map((own, i) => own + bias[i]);
      this.keptOutput = Linear.read(shop, `${name}.out_proj`, 1, withValueBias(decode, name, constant));
    }
  }

  /**
   * Begins the attention of tokens, with the prompt's positions in them.
   * @param basis What is kept of the image's tokens where they are not made.
   */
  begin(positioned: Tokens, basis?: Basis): ToImage {
    const { width, size } = this;
    const { count } = positioned;
    const queries = this.query.apply(positioned);
    const folded = this.key?.apply(queries);
    const columns = (each: number) => this.columns(folded!, count, width, (head) => [head * count, 0], each);
    if (folded && !basis) {
      return this.take(columns(count), 0, HEADS * count, 1, width, 0, count);
    }
    const each = padded(count);
    const stride = HEADS * each;
    const kept = folded && basis ? basis.project(columns(each), stride) : 0;
    const own = this.columns(queries, count, size, (head) => [0, head * size], each);
    return this.take(own, kept, stride, HEADS, size, basis?.count ?? 0, count);
  }

  /** Ends it: what the tokens take from the image, [n, C]. */
  end({ fields: [, , stride, groups, depth, , rows, states], count }: ToImage, basis?: Basis): Tokens {
    const { kernels, arena } = this.shop;
    const mixed = kernels.finishStates(states, CHUNKS, kernels.stateBytes(stride, rows), stride, rows);
    const each = stride / HEADS;
    const joined = takeTokens(arena, count, HEADS * this.size);
    const to = arena.view(joined.at, padded(count) * joined.width).fill(0);
    if (groups === HEADS) {
      const from = arena.view(mixed, depth * stride);
      for (let token = 0; token < count; token++) {
        for (let i = 0; i < joined.width; i++) {
          to[token * joined.width + i] = from[(i % depth) * stride + Math.floor(i / depth) * each + token];
        }
      }
    }
    const wide = groups === 1 ? mixed : (basis?.restore(mixed + 4 * depth * stride, stride) ?? 0);
    // Four tokens at a time, the last ones of a head perhaps together with the first of the next, which are left.
    for (let head = 0; wide !== 0 && head < HEADS; head++) {
      kernels.addProduct(
        wide + 4 * head * each, 16, 4 * stride, padded(count), this.width, this.values[head], 32, 32 * this.width,
        joined.at + 4 * head * this.size, 4 * joined.width, this.size);
    }
    return (basis ? this.keptOutput : this.output).apply(joined);
  }

  private take(
    queries: number,
    keptQueries: number,
    stride: number,
    groups: number,
    depth: number,
    keptDepth: number,
    count: number,
  ): ToImage {
    const { kernels, arena } = this.shop;
    const mixed = depth + padded(keptDepth);
    const states = arena.take(CHUNKS * kernels.stateBytes(stride, mixed));
    return { fields: [queries, keptQueries, stride, groups, depth, keptDepth, mixed, states], count };
  }

  /** Tokens of each head as columns [depth, 8 each], zero in the padding. */
  private columns(
    { at, width }: Tokens,
    count: number,
    depth: number,
    first: (head: number) => readonly [row: number, column: number],
    each: number,
  ): number {
    const { kernels, arena } = this.shop;
    const result = arena.take(4 * depth * HEADS * each);
    arena.view(result, depth * HEADS * each).fill(0);
    for (let head = 0; head < HEADS; head++) {
      const [row, column] = first(head);
      kernels.transpose(at + 4 * row * width, count, width, column, depth, result + 4 * head * each, HEADS * each);
    }
    return result;
  }
}

/** Attention weights sum to one, so what is the same for all values passes through them unchanged, into the output's bias. */
export function withValueBias(decode: GraphWeights, name: string, bias: Float32Array): Float32Array {
  const [weight, own] = ["out_proj.weight", "out_proj.bias"].map((part) => decode.read(`${name}.${part}`));
  return new Matrix(weight, bias.length).multiply(bias).map((value, i) => value + own[i]);
}

/** An attention of the image to tokens that has begun. */
export interface ToTokens {
  /** `ToTokens` of assembly/attention.ts. */
  readonly at: number;
  /** Tokens less one. */
  readonly others: number;
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
  /** For folded layers, whose tokens lack the norm's bias. */
  private readonly keptQueryBias: number = 0;

  /** @param before Bias of the norm before; none where queries of the image are prepared. */
  constructor(private readonly shop: Workshop, name: string, before: Float32Array | undefined) {
    const { arena, decode } = shop;
    this.size = decode.shape(`${name}.k_proj.bias`)[0] / HEADS;
    this.key = Linear.read(shop, `${name}.k_proj`, 1 / Math.sqrt(this.size));
    this.value = Linear.read(shop, `${name}.v_proj`);
    this.output = Linear.read(shop, `${name}.out_proj`);
    this.outputByHead = HeadLinear.ofOutputProjection(shop, `${name}.out_proj.weight`);
    if (before) {
      const [weight, bias] = ["weight", "bias"].map((part) => decode.read(`${name}.q_proj.${part}`));
      this.query = HeadLinear.ofImageProjection(shop, `${name}.q_proj.weight`);
      this.queryBias = arena.put(bias);
      this.keptQueryBias = arena.put(new Matrix(weight, before.length).multiply(before).map((own, i) => own + bias[i]));
    }
  }

  /**
   * Begins the attention to tokens, given with and without the prompt's positions.
   * @param folding What the layer is to be added to where the image's tokens are not made.
   */
  begin(positioned: Tokens, tokens: Tokens, folding?: Folding): ToTokens {
    const { shop, shop: { kernels, arena } } = this;
    const [keys, values] = [this.key.apply(positioned), this.value.apply(tokens)];
    const others = tokens.count - 1;
    const last = { at: values.at + 4 * others * values.width, count: 1, width: values.width };
    const origin = this.output.apply(last).at;
    const relative = this.relative(keys);
    const relativeValues = this.relative(values);
    const projected = this.outputByHead.apply(relativeValues);
    const bias = arena.take(4 * HEADS * others);
    const folded = this.query?.apply(relative);
    if (folded) {
      const ofQuery = folding ? this.keptQueryBias : this.queryBias;
      kernels.dotByHead(relative.at, others, HEADS, this.size, ofQuery, bias);
    } else {
      // Prepared queries hold their bias.
      arena.view(bias, HEADS * others).fill(0);
    }
    const basis = folding?.basis;
    let read: readonly number[];
    if (folded && !basis) {
      const packed = arena.take(4 * padded(folded.count) * folded.width);
      kernels.packRows(folded.at, 4 * folded.width, folded.count, 0, folded.width, packed);
      read = [1, folded.width, packed, bias, 0, 0];
    } else {
      const kept = folded && basis ? [basis.packKeys(folded), basis.count] : [0, 0];
      read = [HEADS, this.size, packHeads(shop, relative), bias, ...kept];
    }
    if (folding) {
      const panel = arena.take(16 * last.width);
      kernels.packRows(last.at, 4 * last.width, 1, 0, last.width, panel);
      const crosses = [packHeads(shop, relativeValues), panel];
      // Values are not read where no tokens are made.
      const begun = { at: arena.struct(others, ...read, 0, 0), others };
      folding.add({ ...begun, values: projected, origin, crosses });
      return begun;
    }
    const panels = arena.take(4 * projected.count * projected.width);
    kernels.packColumns(projected.at, 4 * projected.width, projected.count, projected.width, panels);
    return { at: arena.struct(others, ...read, panels, origin), others };
  }

  private relative(rows: Tokens): Tokens {
    const result = takeTokens(this.shop.arena, rows.count - 1, rows.width);
    this.shop.kernels.subtractLast(rows.at, rows.count, rows.width, result.at);
    return result;
  }
}
