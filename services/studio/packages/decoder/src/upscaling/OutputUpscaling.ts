import type { FactoredPrompt } from "../factored/FactoredPrompt";
import { FactoredUpscaling, type PreparePass, UpscalingWeights } from "../gen/kernels";
import { HEADS, type KernelContext, MASK_TOKENS, ROW_BYTES } from "../kernels/KernelContext";
import type { Geometry } from "../model/Geometry";
import { WeightMatrix } from "../model/WeightMatrix";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";
import { Linear } from "../tokens/Linear";
import { packTransposedA } from "../tokens/packing";

const FIRST = "output_upscaling.0";
const SECOND = "output_upscaling.3";

/**
 * `MaskDecoder.output_upscaling`. Its first convolution is linear, so it reads factored image tokens as attentions do:
 * a product of depth R in place of 256.
 */
export class OutputUpscaling {
  /** Address of the `UpscalingWeights`. */
  readonly weights: number;
  /** Scratch of a thread. */
  readonly scratchBytes: number;
  private readonly features: number;
  private readonly imageWeight: number;
  private readonly ofBasis: Linear;
  private readonly factoredBias: number;
  private imagePart = 0;

  constructor(private readonly context: KernelContext, norms: FoldedNormScales) {
    const { arena, decode } = context;
    const [channels, features] = decode.shape(`${FIRST}.weight`);
    this.features = features;
    const [middle, lastFeatures] = decode.shape(`${SECOND}.weight`);
    const [first, second] = [
      new WeightMatrix(decode.read(`${FIRST}.weight`), channels),
      new WeightMatrix(decode.read(`${SECOND}.weight`), middle)];
    const put = (name: string) => arena.put(decode.read(`output_upscaling.${name}`));
    this.scratchBytes = ROW_BYTES * (features + lastFeatures + 4 * MASK_TOKENS);
    this.weights = arena.struct(UpscalingWeights, {
      channels,
      middle,
      last: lastFeatures / 4,
      firstWeight: packTransposedA(context, first),
      firstBias: put("0.bias"),
      normScale: put("1.weight"),
      normBias: put("1.bias"),
      secondWeight: packTransposedA(context, second),
      secondBias: put("3.bias"),
      scratchBytes: this.scratchBytes,
    });
    this.imageWeight = packTransposedA(context, norms.fold(first, 2));
    this.ofBasis = new Linear(context, first.values, new Float32Array(features));
    const bias = decode.read(`${FIRST}.bias`);
    this.factoredBias = arena.put(
      first.multiply(norms.biases[1]).map((value, feature) => value + bias[feature % bias.length]));
  }

  /** Allocates the image part of an image; returns the fields of the pass that computes it. */
  open({ gridRows }: Geometry): OpenUpscaling {
    this.imagePart = this.context.arena.allocate(gridRows * this.features * ROW_BYTES);
    return {
      upscalingWeight: this.imageWeight, upscalingFeatures: this.features, upscalingRows: gridRows,
      upscalingProjections: this.imagePart,
    };
  }

  /** Convolves the basis of a prompt that is through all layers; returns the address of a `FactoredUpscaling`. */
  factor({ basis, maxRank, coefficients, coefficientStride, layers: [{ shiftedCount }] }: FactoredPrompt): number {
    const { arena, kernels } = this.context;
    const projected = this.ofBasis.apply(basis!.rows);
    const packed = arena.allocate(4 * maxRank * this.features);
    kernels.packATransposed(projected.at, 4 * this.features, maxRank, this.features, packed);
    return arena.struct(FactoredUpscaling, {
      rank: maxRank,
      imageFactor: HEADS * shiftedCount,
      coefficients,
      coefficientStride,
      imagePart: this.imagePart,
      bias: this.factoredBias,
      basis: packed,
    });
  }
}

/** Fields of `PreparePass` for the upscaling. */
export type OpenUpscaling =
  Pick<PreparePass, "upscalingWeight" | "upscalingFeatures" | "upscalingRows" | "upscalingProjections">;
