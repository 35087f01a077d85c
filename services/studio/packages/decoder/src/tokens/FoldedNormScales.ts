import type { KernelContext } from "../kernels/KernelContext";
import type { WeightMatrix } from "../model/WeightMatrix";

/** `norm4` of both layers: scales s and biases b of the image tokens' norms, and their folding into weights. */
export class FoldedNormScales {
  /** [2][C]. */
  readonly scales: readonly Float32Array[];
  /** [2][C]. */
  readonly biases: readonly Float32Array[];

  constructor({ decode }: KernelContext) {
    [this.scales, this.biases] = ["weight", "bias"].map((part) =>
      [0, 1].map((layer) => decode.read(`transformer.layers.${layer}.norm4.${part}`)));
  }

  /** Folds P s of the first `layers` norms into a weight W: x0 times the result is u W. */
  fold(weight: WeightMatrix, layers: number): WeightMatrix {
    return this.scales.slice(0, layers).reduceRight((folded, scale) => folded.scale(scale).centreColumns(), weight);
  }
}
