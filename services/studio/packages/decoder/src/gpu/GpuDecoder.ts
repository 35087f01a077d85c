import { withValueBias } from "../attention/withValueBias";
import { CELLS, type Frame, MAX_TOKENS } from "../gen/shaders";
import { MASK_TOKENS } from "../kernels/KernelContext";
import type { DecodedLogits } from "../model/decoded";
import { type Geometry, GRID_SIDE, LOGITS } from "../model/Geometry";
import { GraphWeights } from "../model/GraphWeights";
import { MaskPromptEncoder } from "../model/MaskPromptEncoder";
import { type DecodePrompt, PromptEncoder } from "../model/PromptEncoder";
import { WeightMatrix } from "../model/WeightMatrix";
import { Gpu, type Step } from "./Gpu";
import { CellProjection, crossAttnImageToToken, imageTokens, maskedImageTokens, outputUpscaling } from "./ImageSteps";
import { type Layer, type TokenBuffer, TokenSteps } from "./TokenSteps";

const MAX_LOGITS = MASK_TOKENS * CELLS * LOGITS * LOGITS;
const FINAL = "transformer.final_attn_token_to_image";
const NO_PROMPT: Frame = { tokens: 0, masks: 0, rows: 0, columns: 0, wanted: [] };

/** Parts that the GPU's decoder is built from. */
export interface GpuDecoderParts {
  readonly adapter: GPUAdapter;
  /** The model's `image` graph, an ONNX file. */
  readonly image: Uint8Array;
  /** The model's `decode` graph, an ONNX file. */
  readonly decode: Uint8Array;
  /** The model's `mask` graph, an ONNX file. */
  readonly mask: Uint8Array;
}

/**
 * SAM's mask decoder (Kirillov et al. 2023, mask_decoder.py and transformer.py) on a WebGPU device, in float32: some
 * fifty kernels in one submission, and one read of the logits. Keys, values and queries of layer 0 are computed once an
 * image; image tokens are dense, since a GPU does not spend its time on the products that the factored form saves.
 */
export class GpuDecoder {
  private readonly prompts: PromptEncoder;
  /** [tokens, C]. */
  private readonly prompt: GPUBuffer;
  /** [C, cells]. */
  private readonly embedding: GPUBuffer;
  private readonly logits: GPUBuffer;
  private readonly scores: GPUBuffer;
  private readonly staging: GPUBuffer;
  private readonly mask: MaskPromptEncoder;
  /** [64][channels, 64]: the dense prompt of a mask. */
  private readonly dense: GPUBuffer;
  /** Steps when an image is opened, before a prompt with a mask, and for every prompt. */
  private readonly opening: readonly Step[];
  private readonly masking: readonly Step[];
  private readonly decoding: readonly Step[];
  /** True while the image tokens are those of a mask prompt. */
  private isMasked = false;
  private geometry: Geometry | undefined;

  private constructor(private readonly gpu: Gpu, decode: GraphWeights, image: GraphWeights, mask: GraphWeights) {
    this.prompts = new PromptEncoder(decode);
    const { width } = this.prompts;
    this.prompt = gpu.allocate(MAX_TOKENS * width);
    this.embedding = gpu.allocate(CELLS * width);
    this.logits = gpu.allocate(MAX_LOGITS);
    this.staging = gpu.device.createBuffer({
      size: 4 * (MASK_TOKENS + MAX_LOGITS), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });

    const positions = gpu.put(this.prompts.gridPositions());
    const read = (name: string) => new WeightMatrix(decode.read(`${name}.weight`), width);
    const prepared = (name: string) => WeightMatrix.transposed(image.read(`${name}.weight.transposed`), width);
    const ofLayer = (layer: number, weight: (name: string) => WeightMatrix, graph: GraphWeights) => {
      const [toImage, toToken] = ["cross_attn_token_to_image", "cross_attn_image_to_token"].map(
        (attention) => `transformer.layers.${layer}.${attention}`);
      return new CellProjection(gpu, positions, {
        key: weight(`${toImage}.k_proj`),
        value: weight(`${toImage}.v_proj`),
        query: { weight: weight(`${toToken}.q_proj`), bias: graph.read(`${toToken}.q_proj.bias`) },
      });
    };
    const first = ofLayer(0, prepared, image);
    const second = ofLayer(1, read, decode);
    const last = new CellProjection(gpu, positions, { key: read(`${FINAL}.k_proj`), value: read(`${FINAL}.v_proj`) });
    this.submit([first, second, last].map(({ ofPositions }) => ofPositions), NO_PROMPT);

    let cells = gpu.allocate(CELLS * width);
    const noMask = image.read("no_mask_embedding");
    this.mask = new MaskPromptEncoder(mask);
    this.dense = gpu.allocate(CELLS * this.mask.channels);
    this.opening = [imageTokens(gpu, this.embedding, noMask, cells), first.step(cells)];
    this.masking = [
      maskedImageTokens(gpu, this.embedding, this.dense, noMask, this.mask.tokens, cells), first.step(cells)];

    const steps = new TokenSteps(gpu, decode, this.prompt);
    let tokens: TokenBuffer = { buffer: this.prompt, width };
    for (const [layer, [projection, next]] of [[first, second], [second, last]].entries()) {
      tokens = transformTokens(steps, decode, layer, tokens, projection);
      cells = crossAttnImageToToken(steps, decode, layer, tokens, projection, cells);
      steps.steps.push(next.step(cells));
    }
    const finalAttn = steps.crossAttnTokenToImage(FINAL, outputProjection(steps, decode, FINAL), tokens, last);
    const attended = steps.layerNorm("transformer.norm_final_attn", finalAttn, tokens);
    this.scores = mlps(steps, ["iou_prediction_head"], attended, 0).buffer;
    const masks = Array.from({ length: MASK_TOKENS }, (_, mask) => `output_hypernetworks_mlps.${mask}`);
    const hyperIn = mlps(steps, masks, attended, 1).buffer;
    this.decoding = [...steps.steps, ...outputUpscaling(gpu, decode, cells, hyperIn, this.logits)];
  }

  /**
   * Builds a decoder.
   * @throws Error when a graph is not of this version, or the adapter's device cannot run the kernels.
   */
  static async create({ adapter, image, decode, mask }: GpuDecoderParts): Promise<GpuDecoder> {
    const gpu = await Gpu.create(adapter);
    return gpu.checked(async () =>
      new GpuDecoder(gpu, new GraphWeights(decode), new GraphWeights(image), new GraphWeights(mask)));
  }

  /** Returns true if a prompt has few enough points. */
  accepts({ labels }: DecodePrompt): boolean {
    return this.prompts.count(labels.length) <= MAX_TOKENS;
  }

  /**
   * Opens an image: computes what all prompts on it share. Prompts are on this image from then on.
   * @param embedding [256, 64, 64].
   * @throws Error when the device is lost or fails.
   */
  async open(embedding: Float32Array, geometry: Geometry): Promise<void> {
    this.geometry = geometry;
    await this.gpu.checked(async () => {
      this.gpu.write(this.embedding, embedding);
      this.isMasked = false;
      this.submit(this.opening, NO_PROMPT);
    });
  }

  /**
   * Decodes a prompt on the open image: low-resolution logits. One prompt at a time.
   * @throws Error when the device is lost or fails.
   */
  async decode(request: DecodePrompt): Promise<DecodedLogits> {
    if (!this.geometry) {
      throw new Error("No image is open. Open one first.");
    }
    const { gpu, prompts, staging, geometry: { gridRows, gridColumns } } = this;
    const [rows, columns] = request.isWhole ? [GRID_SIDE, GRID_SIDE] : [gridRows, gridColumns];
    const tokens = prompts.count(request.labels.length);
    const values = new Float32Array(tokens * prompts.width);
    prompts.encode(request, values);
    const count = request.maskTokens.length * LOGITS * LOGITS * rows * columns;
    const bytes = 4 * (MASK_TOKENS + count);
    const frame = { tokens, masks: request.maskTokens.length, rows, columns, wanted: request.maskTokens };
    return gpu.checked(async () => {
      gpu.write(this.prompt, values);
      this.updateImageTokens(request.mask);
      this.submit(this.decoding, frame, (encoder) => {
        encoder.copyBufferToBuffer(this.scores, 0, staging, 0, 4 * MASK_TOKENS);
        encoder.copyBufferToBuffer(this.logits, 0, staging, 4 * MASK_TOKENS, 4 * count);
      });
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
      const all = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
      staging.unmap();
      return {
        predictedIou: all.subarray(0, MASK_TOKENS), logits: all.subarray(MASK_TOKENS), columns: LOGITS * columns,
      };
    });
  }

  /** Frees all memory of the device. */
  close(): void {
    this.gpu.device.destroy();
  }

  /** Computes the image tokens anew where this prompt or the one before has a mask. */
  private updateImageTokens(mask: Float32Array | undefined): void {
    if (mask) {
      this.gpu.write(this.dense, this.mask.downscale(mask));
      this.submit(this.masking, NO_PROMPT);
    } else if (this.isMasked) {
      this.submit(this.opening, NO_PROMPT);
    }
    this.isMasked = mask !== undefined;
  }

  private submit(steps: readonly Step[], frame: Frame, then: (encoder: GPUCommandEncoder) => void = () => {}): void {
    const { gpu: { device }, gpu } = this;
    const encoder = device.createCommandEncoder();
    gpu.record(encoder, steps, frame);
    then(encoder);
    device.queue.submit([encoder.finish()]);
  }
}

/** The steps of `TwoWayAttentionBlock` for tokens. */
function transformTokens(
  steps: TokenSteps, decode: GraphWeights, layer: number, tokens: TokenBuffer, image: CellProjection,
): TokenBuffer {
  const name = `transformer.layers.${layer}`;
  const skipFirstLayerPe = layer === 0;
  const self = steps.layerNorm(
    `${name}.norm1`, steps.selfAttn(`${name}.self_attn`, tokens, !skipFirstLayerPe),
    skipFirstLayerPe ? undefined : tokens);
  const cross = `${name}.cross_attn_token_to_image`;
  const attended = steps.layerNorm(
    `${name}.norm2`, steps.crossAttnTokenToImage(cross, outputProjection(steps, decode, cross), self, image), self);
  const hidden = steps.linear(attended, [steps.read(`${name}.mlp.lin1`)], { relu: true });
  return steps.layerNorm(`${name}.norm3`, steps.linear(hidden, [steps.read(`${name}.mlp.lin2`)]), attended);
}

/** Reads the output projection of an attention to the image; its bias includes that of the values. */
function outputProjection(steps: TokenSteps, decode: GraphWeights, name: string): Layer {
  const { weight } = steps.read(`${name}.out_proj`);
  return { weight, bias: withValueBias(decode, name, decode.read(`${name}.v_proj.bias`)) };
}

/** Applies perceptrons, each to one token, from token `first` on. Reference: `MLP` of mask_decoder.py. */
function mlps(steps: TokenSteps, names: readonly string[], tokens: TokenBuffer, first: number): TokenBuffer {
  return [0, 1, 2].reduce<TokenBuffer>(
    (value, layer) => steps.linear(value, names.map((name) => steps.read(`${name}.layers.${layer}`)), {
      own: true, count: names.length, first: layer === 0 ? first : 0, relu: layer < 2,
    }), tokens);
}
