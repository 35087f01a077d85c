import { FactoredLayers } from "./factored/FactoredLayers";
import { ImageProjections } from "./factored/ImageProjections";
import { type Kernels, PreparePass, UpscalePass } from "./gen/kernels";
import { type Layer0Weights, packLayer0Weights, packPositionalEncoding } from "./image/ImagePreparation";
import { MaskedImage, type PreparedImage } from "./image/MaskedImage";
import { Arena } from "./kernels/Arena";
import { checkBindings } from "./kernels/checkBindings";
import { allocateTokens, type KernelContext, MASK_TOKENS, ROW_BYTES, type Tokens } from "./kernels/KernelContext";
import { instantiate, type ThreadStart } from "./kernels/threadLoop";
import { Threads } from "./kernels/Threads";
import { Rasterizer } from "./masks/Rasterizer";
import type { DecodedLogits, DecodedMask } from "./model/decoded";
import { type Geometry, GRID_SIDE, LOGITS } from "./model/Geometry";
import { GraphWeights } from "./model/GraphWeights";
import { MaskPromptEncoder } from "./model/MaskPromptEncoder";
import { type DecodePrompt, PromptEncoder } from "./model/PromptEncoder";
import { FoldedNormScales } from "./tokens/FoldedNormScales";
import { Mlp } from "./tokens/Mlp";
import { TwoWayTransformer } from "./transformer/TwoWayTransformer";
import { type OpenUpscaling, OutputUpscaling } from "./upscaling/OutputUpscaling";

/** Pages of 64 KB that the memory may grow to: enough for thousands of points. Only address space until it is used. */
const MAX_PAGES = 4_096;
const FIRST_PAGES = 1_280;

/** Parts that a decoder is built from. */
export interface DecoderParts {
  /** The compiled kernels: decoder.wasm, or decoder-relaxed.wasm where `hasRelaxedSimd()`. */
  readonly module: WebAssembly.Module;
  /** The model's `image` graph, an ONNX file. */
  readonly image: Uint8Array;
  /** The model's `decode` graph, an ONNX file. */
  readonly decode: Uint8Array;
  /** The model's `mask` graph, an ONNX file. */
  readonly mask: Uint8Array;
  /** Threads, this one included. More than one need a page that is isolated from other origins. */
  readonly threads: number;
  /** Starts a worker that calls `help` with this argument. */
  readonly startThread: (start: ThreadStart) => void;
}

/**
 * SAM's mask decoder (Kirillov et al. 2023, mask_decoder.py and transformer.py) in WebAssembly, in the form that
 * docs/model.md derives; the server's CpuMaskDecoder is the same function. One prompt at a time; the result is the same
 * for any number of threads.
 */
export class MaskDecoder {
  private readonly width: number;
  private readonly prompts: PromptEncoder;
  private readonly transformer: TwoWayTransformer;
  private readonly iouPredictionHead: Mlp;
  private readonly outputHypernetworksMlps: readonly Mlp[];
  private readonly outputUpscaling: OutputUpscaling;
  private readonly positions: number;
  private readonly layer0: Layer0Weights;
  private readonly projections: ImageProjections;
  /** Tensors that all prompts on an image share. */
  private readonly image: PreparedImage;
  private readonly maskedImage: MaskedImage;
  private readonly permanent: number;
  private opened: OpenImage | undefined;

  private constructor(
    private readonly kernels: Kernels,
    private readonly threads: Threads,
    private readonly arena: Arena,
    decode: GraphWeights,
    image: GraphWeights,
    mask: GraphWeights,
  ) {
    const context: KernelContext = { kernels, threads, arena, decode };
    this.prompts = new PromptEncoder(decode);
    this.width = this.prompts.width;
    const norms = new FoldedNormScales(context);
    this.iouPredictionHead = new Mlp(context, "iou_prediction_head");
    this.outputHypernetworksMlps = Array.from(
      { length: MASK_TOKENS }, (_, token) => new Mlp(context, `output_hypernetworks_mlps.${token}`));
    this.positions = packPositionalEncoding(context);
    this.projections = new ImageProjections(context, norms);
    const factoredLayers = new FactoredLayers(context, norms, this.projections);
    this.transformer = new TwoWayTransformer(context, norms, factoredLayers, this.positions, this.width);
    this.outputUpscaling = new OutputUpscaling(context, norms);
    this.layer0 = packLayer0Weights(context, image);
    this.maskedImage = new MaskedImage(context, new MaskPromptEncoder(mask));
    const gridBytes = GRID_SIDE * ROW_BYTES;
    this.image = {
      tokens: arena.allocate(gridBytes * this.width),
      keys: arena.allocate(gridBytes * this.layer0.inner),
      values: arena.allocate(gridBytes * this.layer0.inner),
      queries: arena.allocate(gridBytes * this.layer0.inner),
    };
    this.permanent = arena.mark;
  }

  /**
   * Builds a decoder.
   * @throws Error when a graph or the module is of another version.
   * @throws WebAssembly.CompileError or LinkError where the browser lacks what the kernels need.
   */
  static async create({ module, image, decode, mask, threads, startThread }: DecoderParts): Promise<MaskDecoder> {
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAX_PAGES, shared: true });
    const kernels = await instantiate(module, memory);
    checkBindings(kernels);
    const arena = new Arena(memory);
    const decoder = new MaskDecoder(
      kernels, new Threads(kernels, arena, threads), arena,
      new GraphWeights(decode), new GraphWeights(image), new GraphWeights(mask));
    for (let thread = 1; thread < threads; thread++) {
      startThread({ module, memory, thread });
    }
    return decoder;
  }

  /**
   * Opens an image; prompts are on this image from then on.
   * @param embedding [256, 64, 64]; must not change while the image is open.
   */
  open(embedding: Float32Array, geometry: Geometry): void {
    const { arena, kernels, threads } = this;
    arena.reset(this.permanent);
    const rasterizer = new Rasterizer(threads, arena, geometry, kernels);
    const upscaling = this.outputUpscaling.open(geometry);
    this.opened = { embedding, geometry, rasterizer, upscaling, end: arena.mark, isPrepared: false };
  }

  /** Computes the tensors that all prompts on the image share. Without this call the first prompt does that. */
  prepare(): void {
    const { arena, threads, width, layer0, image } = this;
    const open = this.openImage();
    if (open.isPrepared) {
      return;
    }
    open.isPrepared = true;
    arena.reset(open.end);
    threads.run(PreparePass, {
      positions: this.positions,
      channels: width,
      ...layer0,
      embedding: arena.put(open.embedding),
      ...image,
      ...this.projections.prepare(),
      ...open.upscaling,
      scratch: arena.allocate(2 * threads.count * ROW_BYTES * width),
    });
  }

  /** Decodes a prompt on the open image: the wanted masks. */
  segment(prompt: DecodePrompt): Generator<DecodedMask> {
    return this.masks(this.decode(prompt), prompt.maskTokens);
  }

  /**
   * Scales logits of the open image to its size: the wanted masks, the best predicted IoU first. Each is computed when
   * it is taken, while the image is open.
   */
  *masks({ logits, columns, predictedIou }: DecodedLogits, maskTokens: readonly number[]): Generator<DecodedMask> {
    const { rasterizer } = this.openImage();
    const plane = logits.length / maskTokens.length;
    // The next prompt overwrites the logits.
    const copy = logits.slice();
    const ious = maskTokens.map((token) => predictedIou[token]);
    for (const index of [...ious.keys()].sort((a, b) => ious[b] - ious[a])) {
      const own = copy.subarray(index * plane, (index + 1) * plane);
      yield {
        runs: rasterizer.rasterize(own, columns), predictedIou: ious[index], logits: own,
        countStability: () => rasterizer.stabilityScore(own, columns),
      };
    }
  }

  /** Decodes a prompt on the open image: low-resolution logits. Reference: `MaskDecoder.predict_masks`. */
  decode(request: DecodePrompt): DecodedLogits {
    const { arena } = this;
    this.prepare();
    const { geometry, end } = this.openImage();
    arena.reset(end);
    const image = request.mask ? this.maskedImage.apply(request.mask, this.image) : this.image;
    const prompt = allocateTokens(arena, this.prompts.count(request.labels.length), this.width);
    this.prompts.encode(request, arena.view(prompt.at, prompt.count * prompt.width));
    // Image projections are those without a mask prompt, and cover the grid rows that hold image.
    const canFactor = !request.mask && !request.isWhole;
    const { tokens, factored } = this.transformer.forward(image, prompt, request.maskTokens, canFactor);
    const predictedIou = arena.view(this.iouPredictionHead.apply(tokens, 0), MASK_TOKENS).slice();
    const factoredUpscaling = factored ? this.outputUpscaling.factor(factored) : 0;
    const [rows, columns] = request.isWhole ? [GRID_SIDE, GRID_SIDE] : [geometry.gridRows, geometry.gridColumns];
    const logits = this.upscale(rows, columns, request.maskTokens, tokens, factoredUpscaling);
    return { logits, columns: LOGITS * columns, predictedIou };
  }

  private openImage(): OpenImage {
    if (!this.opened) {
      throw new Error("No image is open. Open one first.");
    }
    return this.opened;
  }

  /** Upscales image tokens and multiplies them by the hypernetworks' outputs. */
  private upscale(
    rows: number,
    columns: number,
    maskTokens: readonly number[],
    tokens: Tokens,
    factored: number,
  ): Float32Array {
    const { arena, threads, outputUpscaling, outputHypernetworksMlps: mlps } = this;
    const outputs = maskTokens.map((token, index) => mlps[token].apply(tokens, index + 1));
    const { outputs: channels } = mlps[0];
    const hyperIn = arena.allocateZeros(MASK_TOKENS * channels);
    const to = arena.view(hyperIn, MASK_TOKENS * channels);
    outputs.forEach((output, mask) => {
      arena.view(output, channels).forEach((value, channel) => (to[MASK_TOKENS * channel + mask] = value));
    });
    const length = maskTokens.length * LOGITS * LOGITS * rows * columns;
    const logits = arena.allocate(4 * length);
    threads.run(UpscalePass, {
      upscaling: outputUpscaling.weights,
      tokens: this.transformer.imageTokens,
      factored,
      rows,
      columns,
      hyperIn,
      maskCount: maskTokens.length,
      logits,
      scratch: arena.allocate(threads.count * outputUpscaling.scratchBytes),
    });
    return arena.view(logits, length);
  }
}

/** The image that prompts are on. */
interface OpenImage {
  readonly embedding: Float32Array;
  readonly geometry: Geometry;
  readonly rasterizer: Rasterizer;
  readonly upscaling: OpenUpscaling;
  /** Mark of the arena behind the image; prompts allocate after it. */
  readonly end: number;
  isPrepared: boolean;
}
