import { areaOf, boxOf, type RunLengths } from "segmentation-client/rle";
import { type DecodedLogits, type DecodePrompt, Geometry, type GpuDecoder, type MaskDecoder } from "segmentation-decoder";
import type { Candidate } from "../../annotation/types";
import { indexOfRefined, logitsOf } from "../maskLogits";
import { fromFloat16 } from "./float16";
import { promptTensors } from "./promptTensors";
import type { Engine, MaskedPrompt } from "./protocol";

/** A candidate without its stability score, which takes longer than everything else for a large picture. */
export interface LocalMask {
  readonly candidate: Candidate;
  readonly countStability: () => number;
}

/** Decodes of each engine that are timed; the shortest counts. */
const TRIALS = 3;
/** A GPU whose first decode takes longer is not used. */
const GPU_TIMEOUT_MS = 1_000;
const TRIAL: DecodePrompt = { coordinates: [512, 384, 0, 0], labels: [1, -1], maskTokens: [1, 2, 3] };

/**
 * Decodes the studio's prompts on a picture. Where there is a GPU, the GPU and the processor's cores are timed on the
 * first picture and the faster one is used, because a page cannot tell from their descriptions. A GPU device is lost
 * when its driver is updated or the machine wakes up; the processor then continues.
 */
export class LocalDecoder {
  private geometry: Geometry | undefined;

  /**
   * @param cpu The WebAssembly decoder, which also turns the GPU's logits into masks.
   * @param gpu The other engine, if there is one.
   * @param engine The engine to use; "auto" for the faster one.
   * @param onEngine Receives the engine that is used from now on.
   */
  constructor(
    private readonly cpu: MaskDecoder,
    private gpu: GpuDecoder | undefined,
    private engine: Engine | "auto",
    private readonly onEngine: (engine: Engine) => void,
  ) {
    if (engine === "gpu" && !gpu) {
      this.engine = "cpu";
    }
    if (this.engine !== "auto") {
      onEngine(this.engine);
    }
  }

  /** Computes the tensors that all prompts on a picture share, from its [256, 64, 64] binary16 embedding. */
  async open(embedding: Uint16Array, width: number, height: number): Promise<void> {
    this.geometry = new Geometry(width, height);
    const values = fromFloat16(embedding);
    this.cpu.open(values, this.geometry);
    try {
      await this.gpu?.open(values, this.geometry);
    } catch {
      this.use("cpu");
    }
    if (this.engine === "auto") {
      this.use(await this.findFaster());
    }
    if (this.engine === "cpu") {
      this.cpu.prepare();
    }
  }

  /** Decodes a prompt: masks, best predicted IoU first, each computed when it is taken, while the picture is open. */
  async segment(prompt: MaskedPrompt): Promise<Generator<LocalMask>> {
    const tensors = promptTensors(prompt, this.opened());
    return this.masks(await this.decode(tensors), tensors);
  }

  /**
   * [256, 256] logits of a mask that a prompt gave, to be refined.
   * @param wanted The mask; null for the best one.
   */
  async recall(prompt: MaskedPrompt, wanted: RunLengths | null): Promise<Float32Array> {
    const tensors = { ...promptTensors(prompt, this.opened()), isWhole: true };
    const masks = Array.from(this.cpu.masks(await this.decode(tensors), tensors.maskTokens));
    const index = indexOfRefined(wanted, masks);
    return index < 0 ? logitsOf(wanted!) : masks[index].logits;
  }

  private opened(): Geometry {
    if (!this.geometry) {
      throw new Error("No picture is open.");
    }
    return this.geometry;
  }

  private *masks(decoded: DecodedLogits, { maskTokens }: DecodePrompt): Generator<LocalMask> {
    for (const { runs, predictedIou, countStability } of this.cpu.masks(decoded, maskTokens)) {
      yield { candidate: { runs, predictedIou, area: areaOf(runs), box: boxOf(runs), stabilityScore: NaN }, countStability };
    }
  }

  private async decode(prompt: DecodePrompt): Promise<DecodedLogits> {
    if (this.engine === "gpu" && this.gpu?.accepts(prompt)) {
      try {
        return await this.gpu.decode(prompt);
      } catch {
        this.use("cpu");
      }
    }
    return this.cpu.decode(prompt);
  }

  private async findFaster(): Promise<Engine> {
    const { gpu, cpu } = this;
    if (!gpu) {
      return "cpu";
    }
    try {
      // The first decode of a device is slower.
      await inTime(gpu.decode(TRIAL));
      cpu.prepare();
      const here = await shortest(async () => cpu.decode(TRIAL));
      const there = await shortest(() => gpu.decode(TRIAL));
      return there < here ? "gpu" : "cpu";
    } catch {
      return "cpu";
    }
  }

  private use(engine: Engine): void {
    this.engine = engine;
    if (engine === "cpu") {
      this.gpu?.close();
      this.gpu = undefined;
    }
    this.onEngine(engine);
  }
}

/** Rejects after a timeout. */
async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${GPU_TIMEOUT_MS} ms.`)), GPU_TIMEOUT_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function shortest(decode: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let trial = 0; trial < TRIALS; trial++) {
    const begun = performance.now();
    await decode();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}
