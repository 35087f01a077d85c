import type { GraphWeights } from "../model/GraphWeights";
import { GRID_SIDE } from "../model/Geometry";
import type { MaskChange } from "../model/MaskPromptEncoder";
import { Matrix } from "../model/WeightMatrix";
import { HEADS } from "../kernels/KernelContext";
import type { Frame, Gpu, Step } from "./Gpu";
import { concatenate, type TokenBuffer, type TokenSteps } from "./TokenSteps";

/** Cells of the grid. */
export const CELLS = GRID_SIDE * GRID_SIDE;

/** Products come in tiles of so many rows and columns. */
const TILE = 64;
/** Cells of a workgroup of attend_tokens.wgsl and of upscale.wgsl. */
const ATTENDING_CELLS = 8;
const UPSCALED_CELLS = 4;

/** Weights of what cells are projected to, [C, 128] each. */
export interface ProjectionWeights {
  readonly key: Matrix;
  readonly value: Matrix;
  /** Where the image attends to tokens behind it. */
  readonly query?: { readonly weight: Matrix; readonly bias: Float32Array };
}

/**
 * Keys, values and perhaps queries of the image's cells. Positions are added to what keys and queries are made of: what they
 * add to the result is the same for all images. Key biases are dropped, and value biases are in the output's (docs/model.md).
 */
export class CellProjection {
  /** Of a cell. */
  readonly numbers: number;
  /** [cells, numbers]. */
  readonly result: GPUBuffer;
  /** Makes what positions add; once for all images. */
  readonly ofPositions: Step;
  private readonly weight: Matrix;
  private readonly added: GPUBuffer;

  /** @param positions [cells, C]. */
  constructor(private readonly gpu: Gpu, positions: GPUBuffer, { key, value, query }: ProjectionWeights) {
    this.weight = Matrix.beside([key, value, ...(query ? [query.weight] : [])]);
    const numbers = this.weight.columns;
    [this.numbers, this.result, this.added] = [numbers, gpu.take(CELLS * numbers), gpu.take(CELLS * numbers)];
    const bias = new Float32Array(numbers);
    bias.set(query?.bias ?? [], key.columns + value.columns);
    const ofPositions = Matrix.beside([key, value.times(0), ...(query ? [query.weight] : [])]);
    this.ofPositions = product(gpu, positions, ofPositions, gpu.put(bias), 0, this.added);
  }

  /** Projects [cells, C]. */
  step(cells: GPUBuffer): Step {
    return product(this.gpu, cells, this.weight, this.added, this.numbers, this.result);
  }
}

/**
 * The image attends to tokens.
 * @param projection Holds the queries of `cells`.
 * @returns The cells behind the layer's norm.
 */
export function attendTokens(
  to: TokenSteps, decode: GraphWeights, layer: number, tokens: TokenBuffer, projection: CellProjection, cells: GPUBuffer,
): GPUBuffer {
  const { gpu, steps } = to;
  const name = `transformer.layers.${layer}.cross_attn_image_to_token`;
  const [inner, width] = decode.shape(`${name}.out_proj.weight`);
  const key = to.read(`${name}.k_proj`, 1 / Math.sqrt(inner / HEADS));
  const projected = to.linear(tokens, [key, to.read(`${name}.v_proj`)], { positioned: inner });
  const values = to.take(HEADS * width);
  steps.push(gpu.step(
    "headValues", [], [projected.buffer, gpu.put(decode.read(`${name}.out_proj.weight`)), values.buffer],
    (frame) => [frame.tokens, HEADS]));
  const weight = [`${name}.out_proj.bias`, `transformer.layers.${layer}.norm4.weight`, `transformer.layers.${layer}.norm4.bias`]
    .map((each) => decode.read(each));
  const result = gpu.take(CELLS * width);
  steps.push(gpu.step(
    "attendTokens", [],
    [projection.result, projected.buffer, values.buffer, cells, gpu.put(concatenate(weight)), result],
    () => [CELLS / ATTENDING_CELLS, 1]));
  return result;
}

/** Cells to logits of the wanted masks. Reference: `MaskDecoder.output_upscaling`. */
export function upscale(
  gpu: Gpu, decode: GraphWeights, cells: GPUBuffer, hypernetworks: GPUBuffer, logits: GPUBuffer,
): Step[] {
  const read = (name: string) => decode.read(`output_upscaling.${name}`);
  const [channels, outputs] = decode.shape("output_upscaling.0.weight");
  const bias = read("0.bias");
  const wide = Float32Array.from({ length: outputs }, (_, i) => bias[i % bias.length]);
  const features = gpu.take(CELLS * outputs);
  const small = concatenate([read("1.weight"), read("1.bias"), read("3.bias")]);
  return [
    product(gpu, cells, new Matrix(read("0.weight"), channels), gpu.put(wide), 0, features, ({ rows }) => rows * GRID_SIDE),
    gpu.step(
      "upscale", [], [features, gpu.put(small), gpu.put(read("3.weight")), hypernetworks, logits],
      ({ rows }) => [rows * GRID_SIDE / UPSCALED_CELLS, 1]),
  ];
}

/** An embedding [C, cells] as cells [cells, C]. */
export function place(gpu: Gpu, embedding: GPUBuffer, noMask: Float32Array, cells: GPUBuffer): Step {
  return gpu.step("place", [], [embedding, gpu.put(noMask), cells], () => [CELLS, 1]);
}

/** The same with a dense mask prompt, [64][channels, 64], in the place of none. */
export function placeMasked(
  gpu: Gpu, embedding: GPUBuffer, dense: GPUBuffer, noMask: Float32Array, { weight, bias }: MaskChange, cells: GPUBuffer,
): Step {
  const all = concatenate([weight.values, bias.map((value, channel) => value + noMask[channel])]);
  return gpu.step(
    "placeMasked", [weight.values.length / weight.columns], [embedding, dense, gpu.put(all), cells], () => [CELLS, 1]);
}

function product(
  gpu: Gpu,
  left: GPUBuffer,
  right: Matrix,
  added: GPUBuffer,
  addedStride: number,
  result: GPUBuffer,
  rows: (frame: Frame) => number = () => CELLS,
): Step {
  const { values, columns } = right;
  return gpu.step(
    "product", [values.length / columns, columns, addedStride], [left, gpu.put(values), added, result],
    (frame) => [columns / TILE, rows(frame) / TILE]);
}
