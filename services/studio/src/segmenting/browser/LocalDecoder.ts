import * as ort from "onnxruntime-web/wasm";
import { areaOf, boxOf } from "segmentation-client/rle";
import type { Candidate, PromptSpec } from "../../annotation/types";
import { fromFloat16 } from "./float16";
import { Geometry, GRID_SIDE } from "./Geometry";
import { promptTensors } from "./promptTensors";
import { Rasterizer } from "./Rasterizer";

const IMAGE_TENSORS = ["image_tokens", "k0", "v0", "q0"] as const;
const CHANNELS = 256;
const LOGITS_PER_CELL = 4;

/** The model's `image` and `decode` graphs of docs/model.md, run in WebAssembly. */
export class LocalDecoder {
  private prepared: Record<string, ort.Tensor> = {};
  private geometry: Geometry | undefined;
  private rasterizer: Rasterizer | undefined;

  private constructor(
    private readonly image: ort.InferenceSession,
    private readonly decode: ort.InferenceSession,
  ) {}

  /** Makes the sessions of two ONNX files. */
  static async create(image: Uint8Array, decode: Uint8Array): Promise<LocalDecoder> {
    const options: ort.InferenceSession.SessionOptions = {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
    };
    return new LocalDecoder(
      await ort.InferenceSession.create(image, options), await ort.InferenceSession.create(decode, options));
  }

  /** Computes what all prompts on a picture share. */
  async open(embedding: Uint16Array, width: number, height: number): Promise<void> {
    for (const tensor of Object.values(this.prepared)) {
      tensor.dispose();
    }
    const input = new ort.Tensor("float32", fromFloat16(embedding), [1, CHANNELS, GRID_SIDE, GRID_SIDE]);
    const outputs = await this.image.run({ embedding: input });
    this.prepared = Object.fromEntries(IMAGE_TENSORS.map((name) => [name, outputs[name]]));
    this.geometry = new Geometry(width, height);
    this.rasterizer = new Rasterizer(this.geometry);
  }

  /** Masks of a prompt, best predicted IoU first. */
  async segment(prompt: PromptSpec): Promise<Candidate[]> {
    const { geometry, rasterizer } = this;
    if (!geometry || !rasterizer) {
      throw new Error("No picture is open.");
    }
    const { tokens, coordinates, labels, maskTokens } = promptTensors(prompt, geometry);
    const rows = geometry.gridRows;
    const columns = geometry.gridColumns;
    const { low_res_logits: logits, iou_predictions: ious } = await this.decode.run({
      ...this.prepared,
      point_coords: new ort.Tensor("float32", coordinates, [1, tokens, 2]),
      point_labels: new ort.Tensor("float32", labels, [1, tokens]),
      mask_tokens: new ort.Tensor("int64", maskTokens, [maskTokens.length]),
      grid_size: new ort.Tensor("int64", BigInt64Array.of(BigInt(rows), BigInt(columns)), [2]),
    });
    const stride = columns * LOGITS_PER_CELL;
    const plane = stride * rows * LOGITS_PER_CELL;
    const values = logits.data as Float32Array;
    const candidates = Array.from(maskTokens, (token, index) => {
      const mask = rasterizer.rasterize(values.subarray(index * plane, (index + 1) * plane), stride);
      return {
        ...mask,
        area: areaOf(mask.runs),
        box: boxOf(mask.runs),
        predictedIou: (ious.data as Float32Array)[Number(token)],
      };
    });
    return candidates.sort((a, b) => b.predictedIou - a.predictedIou);
  }
}
