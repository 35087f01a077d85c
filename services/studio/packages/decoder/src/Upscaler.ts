import type { ToTokens } from "./attention";
import type { Geometry } from "./Geometry";
import { Linear } from "./linear";
import { HEADS, MASKS, ROW, takeTokens, type Workshop } from "./tokens";

const FEATURES = "output_upscaling.0";

/** Room for what the passes keep of every cell that holds image, in place of its tokens. */
export interface Folding {
  /** `Folded` of assembly/upscaling.ts. */
  readonly at: number;
  /** What each number kept contributes. */
  readonly contributions: number;
  /** For both layers, fields of `LayerPass` of assembly/passes.ts from `kept` to `keptRows`. */
  readonly kept: readonly (readonly number[])[];
}

/**
 * Weights of the upscaling. Its first convolution is linear, and so is what the layers make of image tokens T but for
 * the moments of their two norms, a mean m and a factor r a cell:
 *
 *     x1 = (T + V0' a0 + o0 - m1) r1 * scale1 + bias1      a: shares of tokens, V: their values, o: the origin
 *     x2 = (x1 + V1' a1 + o1 - m2) r2 * scale2 + bias2
 *     W x2 + b = r1 r2 (W1 T) + W1 V0' (r1 r2 a0) + W2 V1' (r2 a1)
 *         + four columns times r1 r2, m1 r1 r2, r2 and m2 r2 + a bias
 *
 * with W2 = W scale2 and W1 = W2 scale1. W1 T is the image's, so a prompt of few points has a product of depth 100 left,
 * in place of 256: what the server does where many prompts are asked on an image (FoldedUpscaling).
 */
export class Upscaler {
  /** `Upscaling` of assembly/upscaling.ts. */
  readonly at: number;
  /** Scratch of a thread. */
  readonly bytes: number;
  private readonly channels: number;
  private readonly features: number;
  private readonly ofTokens: readonly Linear[];
  private readonly ofImage: number;
  private readonly minusSums: readonly number[];
  private readonly ofBias: number;
  private readonly bias: number;
  private image = { at: 0, rows: 0 };

  constructor(private readonly shop: Workshop) {
    const { arena, decode } = shop;
    const [weight, second] = [decode.read(`${FEATURES}.weight`), decode.read("output_upscaling.3.weight")];
    [this.channels, this.features] = decode.shape(`${FEATURES}.weight`);
    const [middle, lastFeatures] = decode.shape("output_upscaling.3.weight");
    const put = (name: string) => arena.put(decode.read(`output_upscaling.${name}`));
    // What is folded has as many numbers a cell as tokens, at most.
    this.bytes = ROW * (this.features + Math.max(lastFeatures + 4 * MASKS, this.channels));
    this.at = arena.struct(
      this.channels, middle, lastFeatures / 4, this.pack(weight, this.features), put("0.bias"), put("1.weight"),
      put("1.bias"), this.pack(second, lastFeatures), put("3.bias"), this.bytes);

    const norm = (layer: number, part: string) => decode.read(`transformer.layers.${layer}.norm4.${part}`);
    const bias = decode.read(`${FEATURES}.bias`);
    const ofSecond = this.scale(weight, norm(1, "weight"));
    const ofFirst = this.scale(ofSecond, norm(0, "weight"));
    const none = new Float32Array(this.features);
    this.ofTokens = [ofFirst, ofSecond].map((part) => new Linear(shop, part, none));
    this.ofImage = this.pack(ofFirst, this.features);
    const minus = new Float32Array(this.channels).fill(-1);
    this.minusSums = [ofFirst, ofSecond].map((part) => arena.put(this.product(minus, part)));
    this.ofBias = arena.put(this.product(norm(0, "bias"), ofSecond));
    this.bias = arena.put(
      this.product(norm(1, "bias"), weight).map((value, feature) => value + bias[feature % bias.length]));
  }

  /** Fields of `Preparation` of assembly/passes.ts, from `folded` to `ofImage`, of a picture that is opened. */
  open({ gridRows }: Geometry): number[] {
    this.image = { at: this.shop.arena.take(gridRows * this.features * ROW), rows: gridRows };
    return [this.ofImage, this.features, gridRows, this.image.at];
  }

  /** Takes room for what a prompt's passes keep, or none where its tokens are too many for that to be less work. */
  fold(others: number): Folding | undefined {
    const { arena } = this.shop;
    const values = HEADS * others;
    const layer = values + 2;
    if (2 * layer > 0.75 * this.channels) {
      return undefined;
    }
    const { at: ofImage, rows } = this.image;
    const bytes = 2 * layer * ROW;
    const kept = arena.take(rows * bytes);
    const contributions = arena.take(8 * layer * this.features);
    return {
      at: arena.struct(values, kept, ofImage, this.bias, contributions),
      contributions,
      kept: [0, layer * ROW].map((offset) => [kept + offset, bytes, rows]),
    };
  }

  /** Takes what the shares that are kept are shares of: both layers' attentions of the image to tokens. */
  contribute({ contributions }: Folding, attentions: readonly ToTokens[]): void {
    const { arena, kernels } = this.shop;
    const { features } = this;
    const rows = attentions.flatMap(({ values, origin }, layer) => {
      const all = takeTokens(arena, values.count + 1, this.channels);
      const to = arena.view(all.at, all.count * this.channels);
      to.set(arena.view(values.at, values.count * this.channels));
      to.set(arena.view(origin, this.channels), values.count * this.channels);
      const of = this.ofTokens[layer].apply(all);
      return [{ at: of.at, count: of.count }, { at: this.minusSums[layer], count: 1 }];
    });
    const depth = rows.reduce((total, { count }) => total + count, 0);
    const together = arena.take(4 * depth * features);
    let at = together;
    for (const { at: from, count } of rows) {
      arena.view(at, count * features).set(arena.view(from, count * features));
      at += 4 * count * features;
    }
    // The last row but one is the second origin's.
    const bias = arena.view(this.ofBias, features);
    arena.view(at - 8 * features, features).forEach((value, i, row) => (row[i] = value + bias[i]));
    kernels.packColumns(together, 4 * features, depth, features, contributions);
  }

  private pack(weight: Float32Array, outputs: number): number {
    const { arena, kernels } = this.shop;
    const panels = arena.take(4 * weight.length);
    const { mark } = arena;
    kernels.packColumns(arena.put(weight), 4 * outputs, weight.length / outputs, outputs, panels);
    arena.reset(mark);
    return panels;
  }

  /** Rows of a weight [channels, features], each times its own. */
  private scale(weight: Float32Array, by: Float32Array): Float32Array {
    return weight.map((value, i) => value * by[Math.floor(i / this.features)]);
  }

  /** A row [channels] times a weight [channels, features]. */
  private product(row: Float32Array, weight: Float32Array): Float32Array {
    return Float32Array.from({ length: this.features }, (_, feature) =>
      row.reduce((total, value, channel) => total + value * weight[channel * this.features + feature], 0));
  }
}
