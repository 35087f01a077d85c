import type { ToImage, ToTokens } from "../attention/TokenToImageAttention";
import { Basis } from "../attention/TokenBasis";
import { GRID_SIDE } from "../model/Geometry";
import { packColumns } from "../tokens/Linear";
import { Matrix } from "../model/WeightMatrix";
import { HEADS, padded, ROW, takeTokens, type Tokens, type Workshop } from "../kernels/KernelContext";

/** Norms of the image's tokens behind the two layers. */
export class ImageNorms {
  readonly scales: readonly Float32Array[];
  readonly biases: readonly Float32Array[];

  constructor({ decode }: Workshop) {
    [this.scales, this.biases] = ["weight", "bias"].map((part) =>
      [0, 1].map((layer) => decode.read(`transformer.layers.${layer}.norm4.${part}`)));
  }

  /** What the picture's part of tokens is multiplied by, for what tokens behind so many layers are multiplied by. */
  fold(weight: Matrix, layers: number): Matrix {
    return this.scales.slice(0, layers).reduceRight((folded, scale) => folded.scale(scale).centre(), weight);
  }
}

/**
 * Layers whose image tokens are never made. A layer takes a cell's token x to
 *
 *     r (x + V' a + o) P diag(scale) + bias        a: shares of tokens, V: their values, o: the origin, P: takes away the mean
 *
 * with a factor r, so behind layers a token is a picture's part, the same linear function of what the encoder gave for all
 * prompts, times the factors, plus numbers that are kept of each cell (a and 1, times the factors) times rows that are the
 * prompt's (`Basis`). What reads tokens multiplies them by some weight: the picture's part of that is made when a picture is
 * opened, and of the rows once a prompt. The factors are of squares, of the picture's part, of the rows' products, and of
 * what both have in common. docs/model.md derives it.
 */
export class FoldedLayers {
  private readonly inner: number;
  private readonly channels: number;
  /** Fields of `Preparation` of assembly/preparation.ts, from `folded` to `squares`. */
  private readonly ofPicture: readonly number[];
  private readonly ofPositions: readonly [weight: number, features: number, address: number];
  private arePositionsMade = false;
  private readonly image: number;
  private readonly imageBytes: number;
  private readonly squares: number;
  /** Where parts begin in what a picture gives, in features. */
  private readonly first: Readonly<Record<Part, number>>;

  constructor(private readonly shop: Workshop, private readonly norms: ImageNorms) {
    const { arena, decode } = shop;
    const [channels] = decode.shape("transformer.layers.1.cross_attn_token_to_image.k_proj.weight");
    this.channels = channels;
    const read = (name: string) => new Matrix(decode.read(`transformer.${name}.weight`), channels);
    const [key, value, query, finalKey, finalValue] = [
      "layers.1.cross_attn_token_to_image.k_proj", "layers.1.cross_attn_token_to_image.v_proj",
      "layers.1.cross_attn_image_to_token.q_proj",
      "final_attn_token_to_image.k_proj", "final_attn_token_to_image.v_proj"].map(read);
    this.inner = key.columns;
    // A value of the tokens and the picture's part have this in common, twice; its last column is the bias's.
    const [inFirst, inSecond] = [0, 1].map((layer) => {
      const name = `transformer.layers.${layer}.cross_attn_image_to_token.out_proj`;
      const bias = decode.read(`${name}.bias`).map((own, i) => own + (layer > 0 ? norms.biases[layer - 1][i] : 0));
      return Matrix.beside([
        Matrix.transposed(decode.read(`${name}.weight`), channels), new Matrix(bias, channels)]).centre().times(2);
    });
    const parts: Readonly<Record<Part, Matrix>> = {
      key: norms.fold(key, 1),
      value: norms.fold(value, 1),
      first: inFirst,
      query: norms.fold(query, 1),
      firstBehind: norms.fold(norms.fold(inFirst, 1), 1),
      second: norms.fold(inSecond, 1),
      finalKey: norms.fold(finalKey, 2),
      finalValue: norms.fold(finalValue, 2),
    };
    let features = 0;
    this.first = Object.fromEntries(Object.entries(parts).map(([name, { columns }]) => {
      features += columns;
      return [name, features - columns];
    })) as Record<Part, number>;
    const together = Matrix.beside(Object.values(parts), 4);
    this.imageBytes = together.columns * ROW;
    this.image = arena.take(GRID_SIDE * this.imageBytes);
    this.squares = arena.take(GRID_SIDE * 2 * ROW);
    this.ofPicture = [
      packColumns(shop, together), together.columns, this.image, arena.put(norms.scales[0]), this.squares];
    const positions = Matrix.beside([key, query, finalKey]);
    this.ofPositions = [
      packColumns(shop, positions), positions.columns, arena.take(GRID_SIDE * positions.columns * ROW)];
  }

  /** Fields of `Preparation` of assembly/preparation.ts, from `folded` to `ofPositions`. */
  open(): number[] {
    const [weight, features, address] = this.ofPositions;
    const rows = this.arePositionsMade ? 0 : GRID_SIDE;
    this.arePositionsMade = true;
    return [...this.ofPicture, weight, features, rows, address];
  }

  /** Begins a prompt of as many tokens, less one, unless they are too many for folding to be less work. */
  begin(others: number): Folding | undefined {
    const depth = 2 * (HEADS * others + 1);
    return depth <= 0.75 * this.channels ? new Folding(this.shop, this.norms, depth) : undefined;
  }

  /**
   * Fields of `FoldedPass` of assembly/folded.ts, but for the next chunk: the last layer that was added to the folding.
   * @param queries Those of the picture, for layer 0.
   */
  pass(folding: Folding, toImage: ToImage, queries: number): number[] {
    const { shop: { arena }, inner, image, imageBytes, first } = this;
    const { attentions } = folding;
    const layer = attentions.length - 1;
    const { at, others } = attentions[layer];
    const of = (part: Part) => image + first[part] * ROW;
    const [, features, positions] = this.ofPositions;
    const [key, value, ...crosses] = layer === 0
      ? (["key", "value", "first"] as const) : (["finalKey", "finalValue", "firstBehind", "second"] as const);
    const reads = layer === 0
      ? [queries, inner * ROW, 0] : [of("query"), imageBytes, positions + inner * ROW];
    const keyPositions = positions + (layer === 0 ? 0 : 2 * inner * ROW);
    const inCommon = arena.struct(...crosses.flatMap((part, index) => [...attentions[index].crosses, of(part)]));
    return [
      at, arena.struct(...toImage.fields), this.channels, inner, ...reads,
      of(key), of(value), imageBytes, keyPositions, features * ROW,
      layer * (HEADS * others + 1), folding.kept, folding.bytes, inCommon, folding.squares, this.squares + layer * ROW,
    ];
  }

  /** Scratch of a thread in a pass. */
  scratchBytes(folding: Folding, { fields: [, , stride] }: ToImage): number {
    return this.shop.kernels.foldedScratchBytes(this.inner, folding.depth, stride);
  }
}

type Part = "key" | "value" | "first" | "query" | "firstBehind" | "second" | "finalKey" | "finalValue";

/** An attention of the image to tokens, of a folded layer. */
export interface FoldedToTokens extends ToTokens {
  /** Values less the last token's, behind the output projection: [8 others, C]. */
  readonly values: Tokens;
  /** [C]: the last token's, and the projection's bias. */
  readonly origin: number;
  /** `values` and `origin` of `Crosses` of assembly/folded.ts. */
  readonly crosses: readonly number[];
}

/** A prompt on its way through folded layers. */
export class Folding {
  /** [64][depth, 64]: what is kept, `bytes` from one grid row to the next. */
  readonly kept: number;
  readonly bytes: number;
  /** Attentions of the image to tokens, of the layers so far. */
  readonly attentions: FoldedToTokens[] = [];
  /** What is kept stands for this, behind the last layer; nothing before the first. */
  basis: Basis | undefined;
  /** `gram` of assembly/folded.ts, of the last layer. */
  squares = 0;

  constructor(
    private readonly shop: Workshop,
    private readonly norms: ImageNorms,
    /** Numbers kept behind all layers. */
    readonly depth: number,
  ) {
    this.bytes = padded(depth) * ROW;
    this.kept = shop.arena.take(GRID_SIDE * this.bytes);
  }

  /** Adds a layer. */
  add(attention: FoldedToTokens): void {
    const { shop, shop: { arena, kernels }, norms, basis: before } = this;
    const layer = this.attentions.push(attention) - 1;
    const { values, origin } = attention;
    const { width } = values;
    const rows = takeTokens(arena, (before?.count ?? 0) + values.count + 1, width);
    const to = arena.view(rows.at, rows.count * width);
    if (before) {
      to.set(arena.view(before.rows.at, before.count * width));
    }
    to.set(arena.view(values.at, values.count * width), (rows.count - values.count - 1) * width);
    const last = to.subarray((rows.count - 1) * width);
    last.set(arena.view(origin, width));
    if (before) {
      last.forEach((value, i) => (last[i] = value + norms.biases[layer - 1][i]));
    }
    kernels.centreRows(rows.at, rows.count, width, rows.at);
    this.squares = new Basis(shop, rows).packSquares();
    kernels.scaleColumns(rows.at, rows.count, width, arena.put(norms.scales[layer]), rows.at);
    this.basis = new Basis(shop, rows);
  }
}
