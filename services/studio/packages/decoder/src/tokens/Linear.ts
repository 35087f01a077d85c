import type { Matrix } from "../model/WeightMatrix";
import { Pass } from "../kernels/Threads";
import { HEADS, padded, takeTokens, type Tokens, type Workshop } from "../kernels/KernelContext";

/** A layer's weights as the kernels' blocks of eight outputs; outputs that are missing are zero. */
export function packBlocks({ kernels, arena }: Workshop, values: Float32Array, depth: number, outputs: number): number {
  const blocks = arena.take(4 * depth * ((outputs + 7) & ~7));
  const { mark } = arena;
  kernels.packBlocks(arena.put(values), depth, outputs, blocks);
  arena.reset(mark);
  return blocks;
}

/** A weight as panels of four columns, the first factor of products. */
export function packColumns({ kernels, arena }: Workshop, { values, columns }: Matrix): number {
  const panels = arena.take(4 * values.length);
  const { mark } = arena;
  kernels.packColumns(arena.put(values), 4 * columns, values.length / columns, columns, panels);
  arena.reset(mark);
  return panels;
}

/** Tokens [n, 8 size] as panels of four, each head's part by itself. */
export function packHeads({ kernels, arena }: Workshop, { at, count, width }: Tokens): number {
  const size = width / HEADS;
  const part = padded(count) * size;
  const packed = arena.take(4 * HEADS * part);
  for (let head = 0; head < HEADS; head++) {
    kernels.packRows(at, 4 * width, count, head * size, size, packed + 4 * head * part);
  }
  return packed;
}

/** Multiplications from which on it is worth telling other threads of a layer. */
const SHARED = 400_000;

/** A linear layer of tokens. */
export class Linear {
  readonly outputs: number;
  private readonly inputs: number;
  private readonly weight: number;
  private readonly bias: number;

  /** @param weight [inputs, outputs], the bias has `outputs`. */
  constructor(private readonly shop: Workshop, weight: Float32Array, bias: Float32Array) {
    this.inputs = weight.length / bias.length;
    this.outputs = (bias.length + 7) & ~7;
    this.weight = packBlocks(shop, weight, this.inputs, bias.length);
    const wide = new Float32Array(this.outputs);
    wide.set(bias);
    this.bias = shop.arena.put(wide);
  }

  /** A layer of the model, multiplied by a factor. */
  static read(shop: Workshop, name: string, factor = 1, bias = shop.decode.read(`${name}.bias`)): Linear {
    const scale = (all: Float32Array) => (factor === 1 ? all : all.map((value) => value * factor));
    return new Linear(shop, scale(shop.decode.read(`${name}.weight`)), scale(bias));
  }

  apply(tokens: Tokens, rectified = false): Tokens {
    const { inputs, outputs, shop: { kernels, threads, arena } } = this;
    const result = takeTokens(arena, tokens.count, outputs);
    const panels = arena.take(4 * padded(tokens.count) * inputs);
    kernels.packRows(tokens.at, 4 * tokens.width, tokens.count, 0, inputs, panels);
    const fields = [panels, padded(tokens.count), inputs, this.weight, this.bias, outputs, rectified ? 1 : 0, result.at] as const;
    if (result.count * inputs * outputs < SHARED) {
      kernels.linear(...fields);
    } else {
      threads.run(Pass.Linear, ...fields);
    }
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
    // They lie one after the other: each is a multiple of what is taken at a time.
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
