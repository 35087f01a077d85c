import { CELLS, type Frame, HEADS } from "../gen/shaders";
import { GRID_SIDE } from "../model/Geometry";
import type { GraphWeights } from "../model/GraphWeights";
import type { MaskUpdate } from "../model/MaskPromptEncoder";
import { WeightMatrix } from "../model/WeightMatrix";
import type { Gpu, Step } from "./Gpu";
import { concatenate, type ProjectedCells, type TokenBuffer, type TokenSteps } from "./TokenSteps";

/** Rows and columns of a tile of gemm.wgsl. */
const TILE = 64;
/** Cells of a workgroup of cross_attn_image_to_token.wgsl and of output_upscaling.wgsl. */
const ATTENDING_CELLS = 8;
const UPSCALED_CELLS = 4;

/** Projections of the image's cells, [C, 128] each. */
export interface ProjectionWeights {
  readonly key: WeightMatrix;
  readonly value: WeightMatrix;
  /** Set where `cross_attn_image_to_token` follows. */
  readonly query?: { readonly weight: WeightMatrix; readonly bias: Float32Array };
}

/**
 * Computes keys, values and perhaps queries of the image's cells. What the positional encoding adds to keys and queries
 * is the same for all images. Key biases are dropped, and value biases are in the output projection's (docs/model.md).
 */
export class CellProjection implements ProjectedCells {
  readonly numbers: number;
  readonly result: GPUBuffer;
  /** Computes what positions add, once for all images. */
  readonly ofPositions: Step;
  private readonly weight: WeightMatrix;
  private readonly added: GPUBuffer;

  /** @param positions [cells, C]. */
  constructor(private readonly gpu: Gpu, positions: GPUBuffer, { key, value, query }: ProjectionWeights) {
    this.weight = WeightMatrix.concatColumns([key, value, ...(query ? [query.weight] : [])]);
    const numbers = this.weight.columns;
    [this.numbers, this.result, this.added] = [numbers, gpu.allocate(CELLS * numbers), gpu.allocate(CELLS * numbers)];
    const bias = new Float32Array(numbers);
    bias.set(query?.bias ?? [], key.columns + value.columns);
    const ofPositions = WeightMatrix.concatColumns([key, value.times(0), ...(query ? [query.weight] : [])]);
    this.ofPositions = gemm(gpu, positions, ofPositions, gpu.put(bias), 0, this.added);
  }

  /** Projects [cells, C]. */
  step(cells: GPUBuffer): Step {
    return gemm(this.gpu, cells, this.weight, this.added, this.numbers, this.result);
  }
}

/**
 * Lets the image attend to tokens: `cross_attn_image_to_token` and `norm4`.
 * @param projection Queries of `cells`.
 * @returns The cells after the layer.
 */
export function crossAttnImageToToken(
  to: TokenSteps, decode: GraphWeights, layer: number, tokens: TokenBuffer, projection: CellProjection,
  cells: GPUBuffer,
): GPUBuffer {
  const { gpu, steps } = to;
  const name = `transformer.layers.${layer}.cross_attn_image_to_token`;
  const [inner, width] = decode.shape(`${name}.out_proj.weight`);
  const key = to.read(`${name}.k_proj`, 1 / Math.sqrt(inner / HEADS));
  const projected = to.linear(tokens, [key, to.read(`${name}.v_proj`)], { positioned: inner });
  const values = to.allocate(HEADS * width);
  steps.push(gpu.step(
    "perHeadValues", {},
    { tokens: projected.buffer, weight: gpu.put(decode.read(`${name}.out_proj.weight`)), result: values.buffer },
    (frame) => [frame.tokens, HEADS]));
  const norm4 = `transformer.layers.${layer}.norm4`;
  const weight = [`${name}.out_proj.bias`, `${norm4}.weight`, `${norm4}.bias`]
    .map((each) => decode.read(each));
  const result = gpu.allocate(CELLS * width);
  steps.push(gpu.step(
    "crossAttnImageToToken", {},
    {
      image: projection.result, tokens: projected.buffer, values: values.buffer, before: cells,
      weight: gpu.put(concatenate(weight)), result,
    },
    () => [CELLS / ATTENDING_CELLS, 1]));
  return result;
}

/** Upscales cells to logits of the wanted masks. Reference: `MaskDecoder.output_upscaling`. */
export function outputUpscaling(
  gpu: Gpu, decode: GraphWeights, cells: GPUBuffer, hyperIn: GPUBuffer, logits: GPUBuffer,
): Step[] {
  const read = (name: string) => decode.read(`output_upscaling.${name}`);
  const [channels, outputs] = decode.shape("output_upscaling.0.weight");
  const bias = read("0.bias");
  const wide = Float32Array.from({ length: outputs }, (_, i) => bias[i % bias.length]);
  const features = gpu.allocate(CELLS * outputs);
  const normAndBias = concatenate([read("1.weight"), read("1.bias"), read("3.bias")]);
  return [
    gemm(
      gpu, cells, new WeightMatrix(read("0.weight"), channels), gpu.put(wide), 0, features,
      ({ rows }) => rows * GRID_SIDE),
    gpu.step(
      "outputUpscaling", {},
      { features, normAndBias: gpu.put(normAndBias), weight: gpu.put(read("3.weight")), hyperIn, logits },
      ({ rows }) => [rows * GRID_SIDE / UPSCALED_CELLS, 1]),
  ];
}

/** Computes image tokens x0 [cells, C] from an embedding [C, cells]. */
export function imageTokens(gpu: Gpu, embedding: GPUBuffer, noMask: Float32Array, cells: GPUBuffer): Step {
  return gpu.step("imageTokens", {}, { embedding, noMask: gpu.put(noMask), tokens: cells }, () => [CELLS, 1]);
}

/** Computes image tokens with a mask prompt, given as the dense prompt [64][channels, 64]. */
export function maskedImageTokens(
  gpu: Gpu, embedding: GPUBuffer, dense: GPUBuffer, noMask: Float32Array, { weight, bias }: MaskUpdate,
  cells: GPUBuffer,
): Step {
  const all = concatenate([weight.values, bias.map((value, channel) => value + noMask[channel])]);
  return gpu.step(
    "maskedImageTokens", { depth: weight.values.length / weight.columns },
    { embedding, dense, weight: gpu.put(all), tokens: cells }, () => [CELLS, 1]);
}

function gemm(
  gpu: Gpu,
  left: GPUBuffer,
  right: WeightMatrix,
  added: GPUBuffer,
  addedStride: number,
  result: GPUBuffer,
  rows: (frame: Frame) => number = () => CELLS,
): Step {
  const { values, columns } = right;
  return gpu.step(
    "gemm", { depth: values.length / columns, outputs: columns, addedStride },
    { left, right: gpu.put(values), added, result },
    (frame) => [columns / TILE, rows(frame) / TILE]);
}
