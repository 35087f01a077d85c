import { GRID_SIDE, type PreparePass } from "../gen/kernels";
import { type KernelContext, ROW_BYTES } from "../kernels/KernelContext";
import { WeightMatrix } from "../model/WeightMatrix";
import type { FoldedNormScales } from "../tokens/FoldedNormScales";
import { packTransposedA } from "../tokens/packing";

/**
 * Sections of the image projections, one for each reader of image tokens: u W with the reader's weight W.
 * - key, value, query: cross attentions of layer 1, on tokens after layer 0
 * - finalKey, finalValue: the final attention, on tokens after layer 1
 * - layer0CrossTerm, layer0CrossTermInLayer1, layer1CrossTerm: twice the transposed output projections, for the cross
 *   terms of the norms: of layer 0's rows in the norms of both layers, and of layer 1's rows in its own norm
 */
export type Section =
  | "key" | "value" | "layer0CrossTerm"
  | "query" | "layer0CrossTermInLayer1" | "layer1CrossTerm" | "finalKey" | "finalValue";

/**
 * Image projections u W, which a prompt reads in place of image tokens. They are computed once an image (17 MB).
 * docs/model.md, "Factored image tokens".
 */
export class ImageProjections {
  /** Channels of keys, values and queries of all heads. */
  readonly inner: number;
  readonly channels: number;
  /** Bytes of a grid row of all sections. */
  readonly rowBytes: number;
  /** Bytes of a grid row of the positions' projections. */
  readonly positionRowBytes: number;
  /** [64][2, 64]: |u P|^2 as it enters the norms of layers 0 and 1. */
  readonly squaredNorms: number;
  private readonly address: number;
  private readonly positions: number;
  private readonly weights: Pick<PreparePass, "projectionWeight" | "projectionFeatures" | "norm4Scale">;
  private readonly positionWeights: Pick<PreparePass, "positionWeight" | "positionFeatures">;
  private arePositionsReady = false;
  /** Offsets of the sections in a grid row. */
  private readonly offsets: Readonly<Record<Section, number>>;

  constructor(context: KernelContext, norms: FoldedNormScales) {
    const { arena, decode } = context;
    const [channels] = decode.shape("transformer.layers.1.cross_attn_token_to_image.k_proj.weight");
    this.channels = channels;
    const read = (name: string) => new WeightMatrix(decode.read(`transformer.${name}.weight`), channels);
    const [key, value, query, finalKey, finalValue] = [
      "layers.1.cross_attn_token_to_image.k_proj", "layers.1.cross_attn_token_to_image.v_proj",
      "layers.1.cross_attn_image_to_token.q_proj",
      "final_attn_token_to_image.k_proj", "final_attn_token_to_image.v_proj"].map(read);
    this.inner = key.columns;
    // The last column is for the bias of the output projection, to which the bias of the norm before is added.
    const [layer0CrossTerm, layer1CrossTerm] = [0, 1].map((layer) => {
      const name = `transformer.layers.${layer}.cross_attn_image_to_token.out_proj`;
      const bias = decode.read(`${name}.bias`).map((own, i) => own + (layer > 0 ? norms.biases[layer - 1][i] : 0));
      return WeightMatrix.concatColumns([
        WeightMatrix.transposed(decode.read(`${name}.weight`), channels), new WeightMatrix(bias, channels),
      ]).centreColumns().times(2);
    });
    const sections: Readonly<Record<Section, WeightMatrix>> = {
      key: norms.fold(key, 1),
      value: norms.fold(value, 1),
      layer0CrossTerm,
      query: norms.fold(query, 1),
      layer0CrossTermInLayer1: norms.fold(norms.fold(layer0CrossTerm, 1), 1),
      layer1CrossTerm: norms.fold(layer1CrossTerm, 1),
      finalKey: norms.fold(finalKey, 2),
      finalValue: norms.fold(finalValue, 2),
    };
    let end = 0;
    this.offsets = Object.fromEntries(Object.entries(sections).map(([name, { columns }]) => {
      const offset = end;
      end += columns * ROW_BYTES;
      return [name, offset];
    })) as Record<Section, number>;
    const all = WeightMatrix.concatColumns(Object.values(sections), 4);
    this.rowBytes = all.columns * ROW_BYTES;
    this.address = arena.allocate(GRID_SIDE * this.rowBytes);
    this.squaredNorms = arena.allocate(GRID_SIDE * 2 * ROW_BYTES);
    this.weights = {
      projectionWeight: packTransposedA(context, all), projectionFeatures: all.columns,
      norm4Scale: arena.put(norms.scales[0]),
    };
    const ofPositions = WeightMatrix.concatColumns([key, query, finalKey]);
    this.positionWeights = {
      positionWeight: packTransposedA(context, ofPositions), positionFeatures: ofPositions.columns,
    };
    this.positionRowBytes = ofPositions.columns * ROW_BYTES;
    this.positions = arena.allocate(GRID_SIDE * this.positionRowBytes);
  }

  /** Address of a section's first grid row. */
  at(section: Section): number {
    return this.address + this.offsets[section];
  }

  /** Address of the positions' projections for a section's first grid row. */
  positionsAt(section: "key" | "query" | "finalKey"): number {
    return this.positions + ["key", "query", "finalKey"].indexOf(section) * this.inner * ROW_BYTES;
  }

  /** Fields of the pass that computes the projections of an image, and the first time those of positions. */
  prepare() {
    const positionRows = this.arePositionsReady ? 0 : GRID_SIDE;
    this.arePositionsReady = true;
    return {
      ...this.weights, projections: this.address, squaredNorms: this.squaredNorms,
      ...this.positionWeights, positionRows, positionProjections: this.positions,
    };
  }
}
