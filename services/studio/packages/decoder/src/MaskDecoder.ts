import { Arena } from "./kernels/Arena";
import { TokenToImage, type ToImage, type ToTokens } from "./attention/TokenToImageAttention";
import type { DecodedLogits, DecodedMask } from "./model/decoded";
import { FoldedLayers, type Folding, ImageNorms } from "./factored/FactoredLayers";
import { type Geometry, GRID_SIDE, LOGITS } from "./model/Geometry";
import { GraphWeights } from "./model/GraphWeights";
import type { Kernels } from "./kernels/Kernels";
import { Linear, RowNorm } from "./tokens/Linear";
import { MaskedImage, type PreparedImage } from "./image/MaskedImage";
import { MaskEmbedding } from "./model/MaskPromptEncoder";
import { packPositions, packProjections } from "./image/ImagePreparation";
import { type DecodePrompt, PromptEncoder } from "./model/PromptEncoder";
import { Rasterizer } from "./masks/Rasterizer";
import { instantiate, Pass, Threads, type ThreadStart } from "./kernels/Threads";
import { MASKS, ROW, sum, takeTokens, type Tokens, type Workshop } from "./kernels/KernelContext";
import { TwoWayLayer } from "./attention/TwoWayAttentionBlock";
import { Upscaler } from "./upscaling/OutputUpscaling";

/** Pages of 64 KB: what a prompt of thousands of points needs. Address space only, until it is taken. */
const MOST_PAGES = 4_096;
const FIRST_PAGES = 1_280;

/** Where the decoder gets what it is made of. */
export interface DecoderParts {
  /** The compiled kernels: decoder.wasm, or decoder-relaxed.wasm where `hasRelaxedSimd()`. */
  readonly module: WebAssembly.Module;
  /** The model's `image` graph, an ONNX file. */
  readonly image: Uint8Array;
  /** The model's `decode` graph, an ONNX file. */
  readonly decode: Uint8Array;
  /** The model's `mask` graph, an ONNX file. */
  readonly mask: Uint8Array;
  /** Threads, this one included; more than one need a page that is isolated from other origins. */
  readonly threads: number;
  /** Starts a worker that calls `help` with what it is given. */
  readonly startThread: (start: ThreadStart) => void;
}

/**
 * SAM's mask decoder (Kirillov et al. 2023, mask_decoder.py and prompt_encoder.py) after the algebra of docs/model.md, by
 * kernels in WebAssembly: what the server does in Sam/Decoding/Direct. One prompt at a time; the result is the same for
 * any number of threads.
 */
export class MaskDecoder {
  private readonly shop: Workshop;
  private readonly width: number;
  private readonly inner: number;
  private readonly prompts: PromptEncoder;
  private readonly layers: readonly TwoWayLayer[];
  private readonly final: TokenToImage;
  private readonly afterFinal: RowNorm;
  private readonly scores: readonly Linear[];
  private readonly hypernetworks: readonly (readonly Linear[])[];
  private readonly positions: number;
  private readonly folded: FoldedLayers;
  private readonly upscaler: Upscaler;
  private readonly projections: readonly number[];
  /** What all prompts on an image share. */
  private readonly image: PreparedImage;
  private readonly masked: MaskedImage;
  private readonly x: number;
  private readonly permanent: number;
  private picture: Picture | undefined;

  private constructor(
    private readonly kernels: Kernels,
    private readonly threads: Threads,
    private readonly arena: Arena,
    decode: GraphWeights,
    image: GraphWeights,
    mask: GraphWeights,
  ) {
    const shop = { kernels, threads, arena, decode };
    this.shop = shop;
    this.prompts = new PromptEncoder(decode);
    this.width = this.prompts.width;
    const norms = new ImageNorms(shop);
    this.layers = [0, 1].map((layer) => new TwoWayLayer(shop, layer, norms));
    this.final = new TokenToImage(shop, "transformer.final_attn_token_to_image", norms.biases[1]);
    this.afterFinal = new RowNorm(shop, "transformer.norm_final_attn");
    this.scores = perceptron(shop, "iou_prediction_head");
    this.hypernetworks = Array.from(
      { length: MASKS }, (_, mask) => perceptron(shop, `output_hypernetworks_mlps.${mask}`));
    this.positions = packPositions(shop);
    this.folded = new FoldedLayers(shop, norms);
    this.upscaler = new Upscaler(shop, norms);
    const { inner, fields } = packProjections(shop, image);
    [this.inner, this.projections] = [inner, fields];
    this.masked = new MaskedImage(shop, new MaskEmbedding(mask));
    const grid = GRID_SIDE * ROW;
    this.image = {
      tokens: arena.take(grid * this.width),
      keys: arena.take(grid * inner),
      values: arena.take(grid * inner),
      queries: arena.take(grid * inner),
    };
    this.x = arena.take(grid * this.width);
    this.permanent = arena.mark;
  }

  /**
   * Makes a decoder.
   * @throws Error when a graph is not of this version.
   * @throws WebAssembly.CompileError or LinkError where the browser lacks what the kernels need.
   */
  static async create({ module, image, decode, mask, threads, startThread }: DecoderParts): Promise<MaskDecoder> {
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true });
    const kernels = await instantiate(module, memory);
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
   * Opens a picture: prompts are then on it.
   * @param embedding [256, 64, 64]; must not change while the picture is open.
   */
  open(embedding: Float32Array, geometry: Geometry): void {
    const { arena, kernels, threads } = this;
    arena.reset(this.permanent);
    const rasterizer = new Rasterizer(threads, arena, geometry, kernels);
    const upscaled = this.upscaler.open(geometry);
    this.picture = { embedding, geometry, rasterizer, upscaled, end: arena.mark, isPrepared: false };
  }

  /** Makes what all prompts on the picture share. The first prompt does it otherwise. */
  prepare(): void {
    const { arena, image, threads } = this;
    const picture = this.opened();
    if (picture.isPrepared) {
      return;
    }
    picture.isPrepared = true;
    arena.reset(picture.end);
    const at = arena.put(picture.embedding);
    const scratch = arena.take(2 * threads.count * ROW * this.width);
    threads.run(
      Pass.Prepare, this.positions, this.width, this.inner, at, ...this.projections,
      image.tokens, image.keys, image.values, image.queries, ...this.folded.open(), ...picture.upscaled, scratch);
  }

  /** Decodes a prompt on the picture that is open: the wanted masks. */
  segment(prompt: DecodePrompt): Generator<DecodedMask> {
    return this.masks(this.decode(prompt), prompt.maskTokens);
  }

  /**
   * The wanted masks of logits on the picture that is open, the best predicted IoU first. Each is made the picture's size when
   * it is taken, for as long as the picture is open.
   */
  *masks({ logits, columns, predictedIou }: DecodedLogits, maskTokens: readonly number[]): Generator<DecodedMask> {
    const { rasterizer } = this.opened();
    const plane = logits.length / maskTokens.length;
    // The next prompt's are written where these are.
    const kept = logits.slice();
    const ious = maskTokens.map((token) => predictedIou[token]);
    for (const index of [...ious.keys()].sort((a, b) => ious[b] - ious[a])) {
      const own = kept.subarray(index * plane, (index + 1) * plane);
      yield {
        runs: rasterizer.rasterize(own, columns), predictedIou: ious[index], logits: own,
        countStability: () => rasterizer.stabilityScore(own, columns),
      };
    }
  }

  /** Decodes a prompt on the picture that is open: low-resolution logits. */
  decode(request: DecodePrompt): DecodedLogits {
    const { arena, shop, x } = this;
    this.prepare();
    const { geometry, end } = this.opened();
    arena.reset(end);
    const image = request.mask ? this.masked.apply(request.mask, this.image) : this.image;
    const prompt = takeTokens(arena, this.prompts.count(request.labels.length), this.width);
    this.prompts.encode(request, arena.view(prompt.at, prompt.count * prompt.width));

    // Layer 0: keys, values and queries of the image are prepared.
    let [layer] = this.layers;
    let tokens = layer.attendSelf(prompt, prompt);
    let toImage = layer.tokenToImage.begin(sum(shop, tokens, prompt));
    const scores = arena.take(this.threads.count * ROW * toImage.fields[2]);
    this.threads.run(Pass.AttendPrepared, arena.struct(...toImage.fields), image.keys, image.values, scores);
    tokens = layer.afterAttending(layer.tokenToImage.end(toImage), tokens);
    // What is folded stands ready for the image without a mask, and for those rows that hold picture.
    const folding = request.mask || request.isWhole ? undefined : this.folded.begin(tokens.count - 1);
    let toTokens = layer.imageToToken.begin(sum(shop, tokens, prompt), tokens, folding);

    layer = this.layers[1];
    tokens = layer.attendSelf(tokens, prompt);
    toImage = layer.tokenToImage.begin(sum(shop, tokens, prompt), folding?.basis);
    this.attendLayer(this.layers[0], toTokens, toImage, image.queries, image.tokens, folding);
    tokens = layer.afterAttending(layer.tokenToImage.end(toImage, folding?.basis), tokens);
    toTokens = layer.imageToToken.begin(sum(shop, tokens, prompt), tokens, folding);

    // The points' own tokens are not read any more, nor are those of masks nobody asked for.
    tokens = this.wanted(tokens, request.maskTokens);
    toImage = this.final.begin(sum(shop, tokens, this.wanted(prompt, request.maskTokens)), folding?.basis);
    this.attendLayer(layer, toTokens, toImage, 0, x, folding);
    const attended = this.final.end(toImage, folding?.basis);
    this.afterFinal.apply(attended, tokens);

    const predictedIou = arena.view(this.output(this.scores, attended, 0), MASKS).slice();
    const folded = folding ? this.upscaler.fold(folding) : 0;
    const [rows, columns] = request.isWhole ? [GRID_SIDE, GRID_SIDE] : [geometry.gridRows, geometry.gridColumns];
    const logits = this.upscale(rows, columns, request.maskTokens, attended, folded);
    return { logits, columns: LOGITS * columns, predictedIou };
  }

  private attendLayer(
    layer: TwoWayLayer,
    toTokens: ToTokens,
    toImage: ToImage,
    queries: number,
    from: number,
    folding: Folding | undefined,
  ): void {
    const { arena, kernels, width, x } = this;
    if (folding) {
      const scratch = arena.take(this.threads.count * this.folded.scratchBytes(folding, toImage));
      this.threads.run(Pass.AttendFolded, ...this.folded.pass(folding, toImage, queries), scratch);
      return;
    }
    const scratch = arena.take(this.threads.count * kernels.scratchBytes(width, toTokens.others, toImage.fields[2]));
    this.threads.run(
      Pass.AttendLayer, this.positions, width, toTokens.at, arena.struct(...toImage.fields), queries, from, x,
      layer.imageScale, layer.imageBias, scratch);
  }

  private opened(): Picture {
    if (!this.picture) {
      throw new Error("No picture is open.");
    }
    return this.picture;
  }

  private upscale(
    gridRows: number,
    gridColumns: number,
    maskTokens: readonly number[],
    tokens: Tokens,
    folded: number,
  ): Float32Array {
    const { arena } = this;
    const outputs = maskTokens.map((token, index) => this.output(this.hypernetworks[token], tokens, index + 1));
    const [{ outputs: channels }] = this.hypernetworks[0].slice(-1);
    const packed = arena.take(4 * MASKS * channels);
    const to = arena.view(packed, MASKS * channels);
    to.fill(0);
    outputs.forEach((output, mask) => {
      arena.view(output, channels).forEach((value, channel) => (to[MASKS * channel + mask] = value));
    });
    const length = maskTokens.length * LOGITS * LOGITS * gridRows * gridColumns;
    const logits = arena.take(4 * length);
    const scratch = arena.take(this.threads.count * this.upscaler.bytes);
    this.threads.run(
      Pass.Upscale, this.upscaler.at, this.x, folded, gridRows, gridColumns, packed, maskTokens.length, logits,
      scratch);
    return arena.view(logits, length);
  }

  /** The score's token and those of the wanted masks. */
  private wanted(tokens: Tokens, maskTokens: readonly number[]): Tokens {
    const { arena } = this;
    const result = takeTokens(arena, 1 + maskTokens.length, tokens.width);
    [0, ...maskTokens.map((token) => token + 1)].forEach((token, index) => {
      const from = arena.view(tokens.at + 4 * token * tokens.width, tokens.width);
      arena.view(result.at + 4 * index * tokens.width, tokens.width).set(from);
    });
    return result;
  }

  /** A perceptron of one token. */
  private output(layers: readonly Linear[], { at, width }: Tokens, token: number): number {
    return layers.reduce<Tokens>(
      (value, layer, index) => layer.apply(value, index < layers.length - 1),
      { at: at + 4 * token * width, count: 1, width }).at;
  }
}

/** The picture that prompts are on. */
interface Picture {
  readonly embedding: Float32Array;
  readonly geometry: Geometry;
  readonly rasterizer: Rasterizer;
  /** Fields of `Preparation`, of the upscaling. */
  readonly upscaled: readonly number[];
  /** What prompts take of the arena begins here. */
  readonly end: number;
  isPrepared: boolean;
}

/** Reference: `MLP` of mask_decoder.py. */
function perceptron(shop: Workshop, name: string): Linear[] {
  return [0, 1, 2].map((layer) => Linear.read(shop, `${name}.layers.${layer}`));
}
