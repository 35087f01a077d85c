import type { Arena } from "./Arena";
import type { GraphWeights } from "./GraphWeights";
import type { Kernels } from "./Kernels";

/** Heads of every attention. */
export const HEADS = 8;
/** Rows of the grid that share a state of attention (assembly/passes.ts). */
export const CHUNKS = 8;

/** Tokens in the kernels' memory, row-major, with room for a multiple of four. */
export interface Tokens {
  readonly at: number;
  readonly count: number;
  readonly width: number;
}

/** What layers are made of and work with. */
export interface Workshop {
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly decode: GraphWeights;
}

/** A multiple of four. */
export const padded = (count: number) => (count + 3) & ~3;

/** Takes room for tokens. */
export function takeTokens(arena: Arena, count: number, width: number): Tokens {
  return { at: arena.take(4 * padded(count) * width), count, width };
}

/** a + b. */
export function sum({ kernels, arena }: Workshop, a: Tokens, b: Tokens): Tokens {
  const result = takeTokens(arena, a.count, a.width);
  kernels.add(a.at, b.at, result.at, a.count * a.width);
  return result;
}

/** A layer's weights as the kernels' blocks of eight outputs; outputs that are missing are zero. */
function packBlocks({ kernels, arena }: Workshop, values: Float32Array, depth: number, outputs: number): number {
  const blocks = arena.take(4 * depth * ((outputs + 7) & ~7));
  const { mark } = arena;
  kernels.packBlocks(arena.put(values), depth, outputs, blocks);
  arena.reset(mark);
  return blocks;
}

/** A linear layer of tokens, multiplied by a factor. */
export class Linear {
  readonly outputs: number;
  private readonly inputs: number;
  private readonly weight: number;
  private readonly bias: number;

  constructor(private readonly shop: Workshop, name: string, factor = 1, bias = shop.decode.read(`${name}.bias`)) {
    const weight = shop.decode.read(`${name}.weight`);
    this.inputs = weight.length / bias.length;
    this.outputs = (bias.length + 7) & ~7;
    this.weight = packBlocks(shop, weight.map((value) => value * factor), this.inputs, bias.length);
    const wide = new Float32Array(this.outputs);
    wide.set(bias.map((value) => value * factor));
    this.bias = shop.arena.put(wide);
  }

  apply(tokens: Tokens, rectified = false): Tokens {
    const { kernels, arena } = this.shop;
    const result = takeTokens(arena, tokens.count, this.outputs);
    const panels = arena.take(4 * padded(tokens.count) * this.inputs);
    kernels.linear(
      tokens.at, tokens.count, this.inputs, this.weight, this.bias, this.outputs, rectified ? 1 : 0, panels, result.at);
    return result;
  }
}

/** A projection that every head has its own of. */
export class HeadLinear {
  private readonly weight: number;

  private constructor(
    private readonly shop: Workshop,
    rows: Float32Array,
    private readonly size: number,
    private readonly channels: number,
  ) {
    const part = size * channels;
    const heads = Array.from(
      { length: HEADS }, (_, head) => packBlocks(shop, rows.subarray(head * part, (head + 1) * part), size, channels));
    this.weight = heads[0];
  }

  /** From a projection [C, 8 D] of the image's side, transposed. */
  static ofImageProjection(shop: Workshop, name: string): HeadLinear {
    const weight = shop.decode.read(name);
    const [channels, inner] = shop.decode.shape(name);
    const rows = Float32Array.from(weight, (_, i) => weight[(i % channels) * inner + Math.floor(i / channels)]);
    return new HeadLinear(shop, rows, inner / HEADS, channels);
  }

  /** From an output projection [8 D, C]. */
  static ofOutputProjection(shop: Workshop, name: string): HeadLinear {
    const [inner, channels] = shop.decode.shape(name);
    return new HeadLinear(shop, shop.decode.read(name), inner / HEADS, channels);
  }

  /** Tokens [n, 8 D] to [8 n, C]: all of head 0, then all of head 1. */
  apply(tokens: Tokens): Tokens {
    const { kernels, arena } = this.shop;
    const count = HEADS * tokens.count;
    const at = arena.take(4 * (count + 3) * this.channels);
    const panels = arena.take(4 * padded(tokens.count) * this.size);
    kernels.linearByHead(tokens.at, tokens.count, HEADS, this.size, this.weight, this.channels, panels, at);
    return { at, count, width: this.channels };
  }
}

/** LayerNorm of tokens. */
export class RowNorm {
  private readonly scale: number;
  private readonly bias: number;

  constructor(private readonly shop: Workshop, name: string) {
    this.scale = shop.arena.put(shop.decode.read(`${name}.weight`));
    this.bias = shop.arena.put(shop.decode.read(`${name}.bias`));
  }

  /** Normalises in place, with what is added before. */
  apply(tokens: Tokens, added?: Tokens): void {
    this.shop.kernels.normaliseRows(tokens.at, tokens.count, tokens.width, added?.at ?? 0, this.scale, this.bias);
  }
}

/** Attention of the tokens of a prompt to each other. Reference: `Attention.forward`. */
class SelfAttention {
  private readonly query: Linear;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly output: Linear;

  constructor(private readonly shop: Workshop, name: string) {
    const size = shop.decode.shape(`${name}.q_proj.bias`)[0] / HEADS;
    this.query = new Linear(shop, `${name}.q_proj`, 1 / Math.sqrt(size));
    this.key = new Linear(shop, `${name}.k_proj`);
    this.value = new Linear(shop, `${name}.v_proj`);
    this.output = new Linear(shop, `${name}.out_proj`);
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
    this.query = new Linear(shop, `${name}.q_proj`, 1 / Math.sqrt(this.size));
    this.output = new Linear(shop, `${name}.out_proj`, 1, withValueBias(decode, name));
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
    this.key = new Linear(shop, `${name}.k_proj`, 1 / Math.sqrt(this.size));
    this.value = new Linear(shop, `${name}.v_proj`);
    this.output = new Linear(shop, `${name}.out_proj`);
    this.outputByHead = HeadLinear.ofOutputProjection(shop, `${name}.out_proj.weight`);
    if (!isPrepared) {
      this.query = HeadLinear.ofImageProjection(shop, `${name}.q_proj.weight`);
      this.queryBias = shop.arena.put(shop.decode.read(`${name}.q_proj.bias`));
    }
  }

  /** Keys and values of tokens, from those with and without the prompt's positions; `ToTokens` of assembly/attention.ts. */
  begin(positioned: Tokens, tokens: Tokens): { readonly at: number; readonly others: number } {
    const { kernels, arena } = this.shop;
    const [keys, values] = [this.key.apply(positioned), this.value.apply(tokens)];
    const others = tokens.count - 1;
    const last = { at: values.at + 4 * others * values.width, count: 1, width: values.width };
    const origin = this.output.apply(last).at;
    const relative = this.relative(keys);
    const bias = arena.take(4 * HEADS * others);
    const moved = this.outputByHead.apply(this.relative(values));
    const panels = arena.take(4 * moved.count * moved.width);
    kernels.packColumns(moved.at, 4 * moved.width, moved.count, moved.width, panels);
    if (this.query) {
      kernels.dotByHead(relative.at, others, HEADS, this.size, this.queryBias, bias);
      const folded = this.query.apply(relative);
      const packed = arena.take(4 * padded(folded.count) * folded.width);
      kernels.packRows(folded.at, 4 * folded.width, folded.count, 0, folded.width, packed);
      return { at: arena.struct(others, 1, folded.width, packed, bias, panels, origin), others };
    }
    // Prepared queries hold their bias.
    arena.view(bias, HEADS * others).fill(0);
    const part = padded(others) * this.size;
    const packed = arena.take(4 * HEADS * part);
    for (let head = 0; head < HEADS; head++) {
      kernels.packRows(
        relative.at, 4 * relative.width, others, head * this.size, this.size, packed + 4 * head * part);
    }
    return { at: arena.struct(others, HEADS, this.size, packed, bias, panels, origin), others };
  }

  private relative(rows: Tokens): Tokens {
    const result = takeTokens(this.shop.arena, rows.count - 1, rows.width);
    this.shop.kernels.subtractLast(rows.at, rows.count, rows.width, result.at);
    return result;
  }
}

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

  constructor(private readonly shop: Workshop, index: number) {
    const name = `transformer.layers.${index}`;
    this.isFirst = index === 0;
    this.selfAttention = new SelfAttention(shop, `${name}.self_attn`);
    this.afterSelfAttention = new RowNorm(shop, `${name}.norm1`);
    this.tokenToImage = new TokenToImage(shop, `${name}.cross_attn_token_to_image`, this.isFirst);
    this.afterTokenToImage = new RowNorm(shop, `${name}.norm2`);
    this.widen = new Linear(shop, `${name}.mlp.lin1`);
    this.narrow = new Linear(shop, `${name}.mlp.lin2`);
    this.afterPerceptron = new RowNorm(shop, `${name}.norm3`);
    this.imageToToken = new ImageToToken(shop, `${name}.cross_attn_image_to_token`, this.isFirst);
    this.imageScale = shop.arena.put(shop.decode.read(`${name}.norm4.weight`));
    this.imageBias = shop.arena.put(shop.decode.read(`${name}.norm4.bias`));
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
