import type { Folding, ImageNorms } from "../factored/FactoredLayers";
import type { Geometry } from "../model/Geometry";
import { Linear, packColumns } from "../tokens/Linear";
import { Matrix } from "../model/WeightMatrix";
import { HEADS, MASKS, ROW, type Workshop } from "../kernels/KernelContext";

const FEATURES = "output_upscaling.0";

/**
 * Weights of the upscaling. Its first convolution is linear, so it reads folded layers as attentions do (FoldedLayers): a
 * prompt of few points has a product of depth 100 left, in place of 256.
 */
export class Upscaler {
  /** `Upscaling` of assembly/upscaling.ts. */
  readonly at: number;
  /** Scratch of a thread. */
  readonly bytes: number;
  private readonly features: number;
  private readonly ofImage: number;
  private readonly ofBasis: Linear;
  private readonly keptBias: number;
  private image = 0;

  constructor(private readonly shop: Workshop, norms: ImageNorms) {
    const { arena, decode } = shop;
    const [channels, features] = decode.shape(`${FEATURES}.weight`);
    this.features = features;
    const [middle, lastFeatures] = decode.shape("output_upscaling.3.weight");
    const [first, second] = [
      new Matrix(decode.read(`${FEATURES}.weight`), channels), new Matrix(decode.read("output_upscaling.3.weight"), middle)];
    const put = (name: string) => arena.put(decode.read(`output_upscaling.${name}`));
    this.bytes = ROW * (features + lastFeatures + 4 * MASKS);
    this.at = arena.struct(
      channels, middle, lastFeatures / 4, packColumns(shop, first), put("0.bias"), put("1.weight"),
      put("1.bias"), packColumns(shop, second), put("3.bias"), this.bytes);
    this.ofImage = packColumns(shop, norms.fold(first, 2));
    this.ofBasis = new Linear(shop, first.values, new Float32Array(features));
    const bias = decode.read(`${FEATURES}.bias`);
    this.keptBias = arena.put(
      first.multiply(norms.biases[1]).map((value, feature) => value + bias[feature % bias.length]));
  }

  /** Fields of `Preparation` of assembly/preparation.ts, from `upscaling` to `upscalingOfImage`, of a picture that is opened. */
  open({ gridRows }: Geometry): number[] {
    this.image = this.shop.arena.take(gridRows * this.features * ROW);
    return [this.ofImage, this.features, gridRows, this.image];
  }

  /** `Folded` of assembly/upscaling.ts of a prompt that is through all layers. */
  fold({ basis, depth, kept, bytes, attentions: [{ others }] }: Folding): number {
    const { arena, kernels } = this.shop;
    const of = this.ofBasis.apply(basis!.rows);
    const contributions = arena.take(4 * depth * this.features);
    kernels.packColumns(of.at, 4 * this.features, depth, this.features, contributions);
    return arena.struct(depth, HEADS * others, kept, bytes, this.image, this.keptBias, contributions);
  }
}
