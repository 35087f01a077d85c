import type { FactoredKeyValues } from "../attention/CrossAttnImageToToken";
import { TokenBasis } from "../attention/TokenBasis";
import { GRID_SIDE } from "../gen/kernels";
import { allocateTokens, type KernelContext, padded, ROW_BYTES } from "../kernels/KernelContext";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";

/** The image tokens of a prompt in factored form: coefficients of all cells, and basis rows of the layers so far. */
export class FactoredPrompt {
  /** c: [64][maxRank, 64], `coefficientStride` bytes a grid row. */
  readonly coefficients: number;
  readonly coefficientStride: number;
  /** Keys and values of the image's attentions to tokens, of the layers so far. */
  readonly layers: FactoredKeyValues[] = [];
  /** B after the last layer; undefined before the first. */
  basis: TokenBasis | undefined;
  /** G of the last layer: the Gram matrix of the centred basis before `norm4`. */
  gram = 0;

  /** @param maxRank R after all layers. */
  constructor(
    private readonly context: KernelContext,
    private readonly norms: FoldedNormScales,
    readonly maxRank: number,
  ) {
    this.coefficientStride = padded(maxRank) * ROW_BYTES;
    this.coefficients = context.arena.allocate(GRID_SIDE * this.coefficientStride);
  }

  /** Adds a layer: its values V and origin o become basis rows, which are centred and scaled by its norm. */
  add(layer: FactoredKeyValues): void {
    const { context, context: { arena, kernels }, norms, basis: before } = this;
    const index = this.layers.push(layer) - 1;
    const { values, origin } = layer;
    const { width } = values;
    const rows = allocateTokens(arena, (before?.rank ?? 0) + values.count + 1, width);
    const to = arena.view(rows.at, rows.count * width);
    if (before) {
      to.set(arena.view(before.rows.at, before.rank * width));
    }
    to.set(arena.view(values.at, values.count * width), (rows.count - values.count - 1) * width);
    const last = to.subarray((rows.count - 1) * width);
    last.set(arena.view(origin, width));
    if (before) {
      last.forEach((value, i) => (last[i] = value + norms.biases[index - 1][i]));
    }
    kernels.centreRows(rows.at, rows.count, width, rows.at);
    this.gram = new TokenBasis(context, rows).packGram();
    kernels.scaleColumns(rows.at, rows.count, width, arena.put(norms.scales[index]), rows.at);
    this.basis = new TokenBasis(context, rows);
  }
}
