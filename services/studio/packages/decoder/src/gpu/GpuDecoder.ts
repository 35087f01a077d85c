import { withValueBias } from "../attention/TokenToImageAttention";
import type { DecodedLogits } from "../model/decoded";
import { type Geometry, GRID_SIDE, LOGITS } from "../model/Geometry";
import { GraphWeights } from "../model/GraphWeights";
import { MaskEmbedding } from "../model/MaskPromptEncoder";
import { Matrix } from "../model/WeightMatrix";
import { type DecodePrompt, PromptEncoder } from "../model/PromptEncoder";
import { MASKS } from "../kernels/KernelContext";
import { type Frame, Gpu, type Step } from "./Gpu";
import { attendTokens, CellProjection, CELLS, place, placeMasked, upscale } from "./ImageSteps";
import { type Layer, MOST_TOKENS, type TokenBuffer, TokenSteps } from "./TokenSteps";

const MOST_LOGITS = MASKS * CELLS * LOGITS * LOGITS;
const FINAL = "transformer.final_attn_token_to_image";
const NOTHING: Frame = { tokens: 0, wanted: [], rows: 0, columns: 0 };

/** What the GPU's decoder is made of. */
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
 * SAM's mask decoder (Kirillov et al. 2023, mask_decoder.py and prompt_encoder.py) on a WebGPU device, in float32: some fifty
 * kernels one after the other, and one answer read back. What is made once an image is (docs/model.md); image tokens are made
 * for each prompt, since what folding them saves is not where a GPU spends its time.
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
  private readonly mask: MaskEmbedding;
  /** [64][channels, 64]: a mask prompt on its way to the cells. */
  private readonly dense: GPUBuffer;
  /** What is done once a picture, before a prompt with a mask, and once a prompt. */
  private readonly opening: readonly Step[];
  private readonly masking: readonly Step[];
  private readonly decoding: readonly Step[];
  /** Whether the cells hold a mask prompt. */
  private isMasked = false;
  private geometry: Geometry | undefined;

  private constructor(private readonly gpu: Gpu, decode: GraphWeights, image: GraphWeights, mask: GraphWeights) {
    this.prompts = new PromptEncoder(decode);
    const { width } = this.prompts;
    this.prompt = gpu.take(MOST_TOKENS * width);
    this.embedding = gpu.take(CELLS * width);
    this.logits = gpu.take(MOST_LOGITS);
    this.staging = gpu.device.createBuffer({
      size: 4 * (MASKS + MOST_LOGITS), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });

    const positions = gpu.put(this.prompts.gridPositions());
    const read = (name: string) => new Matrix(decode.read(`${name}.weight`), width);
    const prepared = (name: string) => Matrix.transposed(image.read(`${name}.weight.transposed`), width);
    const ofLayer = (layer: number, weight: (name: string) => Matrix, graph: GraphWeights) => {
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
    this.submit([first, second, last].map(({ ofPositions }) => ofPositions), NOTHING);

    let cells = gpu.take(CELLS * width);
    const noMask = image.read("no_mask_embedding");
    this.mask = new MaskEmbedding(mask);
    this.dense = gpu.take(CELLS * this.mask.channels);
    this.opening = [place(gpu, this.embedding, noMask, cells), first.step(cells)];
    this.masking = [placeMasked(gpu, this.embedding, this.dense, noMask, this.mask.tokens, cells), first.step(cells)];

    const steps = new TokenSteps(gpu, decode, this.prompt);
    let tokens: TokenBuffer = { buffer: this.prompt, width };
    for (const [layer, [projection, next]] of [[first, second], [second, last]].entries()) {
      tokens = attend(steps, decode, layer, tokens, projection);
      cells = attendTokens(steps, decode, layer, tokens, projection, cells);
      steps.steps.push(next.step(cells));
    }
    const taken = steps.attendImage(FINAL, outputOf(steps, decode, FINAL), tokens, last);
    const attended = steps.norm("transformer.norm_final_attn", taken, tokens);
    this.scores = perceptrons(steps, ["iou_prediction_head"], attended, 0).buffer;
    const masks = Array.from({ length: MASKS }, (_, mask) => `output_hypernetworks_mlps.${mask}`);
    const hypernetworks = perceptrons(steps, masks, attended, 1).buffer;
    this.decoding = [...steps.steps, ...upscale(gpu, decode, cells, hypernetworks, this.logits)];
  }

  /**
   * Makes a decoder.
   * @throws Error when a graph is not of this version, or the adapter's device cannot run the kernels.
   */
  static async create({ adapter, image, decode, mask }: GpuDecoderParts): Promise<GpuDecoder> {
    const gpu = await Gpu.create(adapter);
    return gpu.checked(async () =>
      new GpuDecoder(gpu, new GraphWeights(decode), new GraphWeights(image), new GraphWeights(mask)));
  }

  /** Whether a prompt has few enough points. */
  takes({ labels }: DecodePrompt): boolean {
    return this.prompts.count(labels.length) <= MOST_TOKENS;
  }

  /**
   * Prepares what all prompts on a picture share; prompts are then on this picture.
   * @param embedding [256, 64, 64].
   * @throws Error when the device is lost or cannot do it.
   */
  async open(embedding: Float32Array, geometry: Geometry): Promise<void> {
    this.geometry = geometry;
    await this.gpu.checked(async () => {
      this.gpu.write(this.embedding, embedding);
      this.isMasked = false;
      this.submit(this.opening, NOTHING);
    });
  }

  /**
   * Decodes a prompt on the picture that is open: low-resolution logits. One at a time.
   * @throws Error when the device is lost or cannot do it.
   */
  async decode(request: DecodePrompt): Promise<DecodedLogits> {
    if (!this.geometry) {
      throw new Error("No picture is open.");
    }
    const { gpu, prompts, staging, geometry: { gridRows, gridColumns } } = this;
    const [rows, columns] = request.isWhole ? [GRID_SIDE, GRID_SIDE] : [gridRows, gridColumns];
    const tokens = prompts.count(request.labels.length);
    const values = new Float32Array(tokens * prompts.width);
    prompts.encode(request, values);
    const count = request.maskTokens.length * LOGITS * LOGITS * rows * columns;
    const bytes = 4 * (MASKS + count);
    return gpu.checked(async () => {
      gpu.write(this.prompt, values);
      this.place(request.mask);
      this.submit(this.decoding, { tokens, wanted: request.maskTokens, rows, columns }, (encoder) => {
        encoder.copyBufferToBuffer(this.scores, 0, staging, 0, 4 * MASKS);
        encoder.copyBufferToBuffer(this.logits, 0, staging, 4 * MASKS, 4 * count);
      });
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
      const all = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
      staging.unmap();
      return { predictedIou: all.subarray(0, MASKS), logits: all.subarray(MASKS), columns: LOGITS * columns };
    });
  }

  /** Gives all memory of the device back. */
  close(): void {
    this.gpu.device.destroy();
  }

  /** Puts a mask prompt into the cells, or takes the one before out of them. */
  private place(mask: Float32Array | undefined): void {
    if (mask) {
      this.gpu.write(this.dense, this.mask.downscale(mask));
      this.submit(this.masking, NOTHING);
    } else if (this.isMasked) {
      this.submit(this.opening, NOTHING);
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

/** The tokens' half of the reference's `TwoWayAttentionBlock`. */
function attend(
  steps: TokenSteps, decode: GraphWeights, layer: number, tokens: TokenBuffer, image: CellProjection,
): TokenBuffer {
  const name = `transformer.layers.${layer}`;
  // In the first layer tokens are the prompt itself, and nothing is added to it (`skip_first_layer_pe`).
  const isFirst = layer === 0;
  const self = steps.norm(
    `${name}.norm1`, steps.attendSelf(`${name}.self_attn`, tokens, !isFirst), isFirst ? undefined : tokens);
  const toImage = `${name}.cross_attn_token_to_image`;
  const attended = steps.norm(
    `${name}.norm2`, steps.attendImage(toImage, outputOf(steps, decode, toImage), self, image), self);
  const wide = steps.linear(attended, [steps.read(`${name}.mlp.lin1`)], { rectified: true });
  return steps.norm(`${name}.norm3`, steps.linear(wide, [steps.read(`${name}.mlp.lin2`)]), attended);
}

/** The output projection of an attention to the image, whose values lack their bias. */
function outputOf(steps: TokenSteps, decode: GraphWeights, name: string): Layer {
  const { weight } = steps.read(`${name}.out_proj`);
  return { weight, bias: withValueBias(decode, name, decode.read(`${name}.v_proj.bias`)) };
}

/** As many perceptrons, each of one token, the first of them told. Reference: `MLP` of mask_decoder.py. */
function perceptrons(steps: TokenSteps, names: readonly string[], tokens: TokenBuffer, first: number): TokenBuffer {
  return [0, 1, 2].reduce<TokenBuffer>(
    (value, layer) => steps.linear(value, names.map((name) => steps.read(`${name}.layers.${layer}`)), {
      own: true, count: names.length, first: layer === 0 ? first : 0, rectified: layer < 2,
    }), tokens);
}
