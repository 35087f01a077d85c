import { Code, type Model, type SegmentationClient, SegmentationError, SupersededError } from "segmentation-client";
import { type Candidate, isEmpty, type PromptSpec, type Refinement } from "../../annotation/types";
import { language, texts } from "../../texts/texts";
import { logitsOf } from "../maskLogits";
import { RecalledMasks } from "../RecalledMasks";
import type { OpenPicture, SegmentAnswer, Segmenter } from "../Segmenter";
import type { Engine, FromWorker, MaskedPrompt, ToWorker } from "./protocol";

/** Phones have as many fast cores, and half of the others. */
const MAX_THREADS = 4;

interface Begun {
  readonly best: Candidate;
  readonly resolve: (candidates: readonly Candidate[]) => void;
  readonly reject: (error: unknown) => void;
}

interface WorkerAnswer extends SegmentAnswer {
  /** Those that were to be recalled. */
  readonly logits?: Float32Array;
}

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING: SegmentAnswer = { candidates: [], decodeMs: 0 };

/** Decodes in a worker of this page. Once a picture is open, the server is not needed for prompts on it. */
export class BrowserSegmenter implements Segmenter {
  private readonly waiting = new Map<number, Waiting>();
  private readonly begun = new Map<number, Begun>();
  private readonly recalled = new RecalledMasks((refinement) => this.logits(refinement));
  private calls = 0;
  private opened: string | undefined;

  private constructor(
    private readonly worker: Worker,
    private readonly client: SegmentationClient,
    private readonly restore: (imageId: string) => Promise<unknown>,
    private readonly onEngine: (engine: Engine) => void,
  ) {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    worker.onerror = (event) => this.fail(new Error(event.message || texts.peek().errors.workerEnded));
  }

  /**
   * Loads the kernels and the model's graphs. Rejects with the reason when this browser cannot run them.
   * @param model The model; undefined for the caller's default.
   * @param engine The engine; "auto" for the faster one.
   * @param onEngine Receives the engine that decodes, when it is known and whenever it changes.
   */
  static async load(
    client: SegmentationClient,
    model: Model | undefined,
    restore: (imageId: string) => Promise<unknown>,
    engine: Engine | "auto",
    onEngine: (engine: Engine) => void,
  ): Promise<BrowserSegmenter> {
    const graphs = model?.browserDecoding?.graphs ?? (await client.getModel()).graphs;
    const folder = model ? `/v1/models/${model.id}` : "/v1/model";
    const graph = (name: string) => {
      const found = graphs.find((one) => one.name === name);
      if (!found) {
        throw new Error(texts.peek().errors.noGraph(name));
      }
      // Named by its digest, a graph is fetched once and not asked for again.
      return new URL(`${folder}/graphs/${name}?sha256=${found.sha256}`, self.location.href).href;
    };
    const [imageGraph, decodeGraph, maskGraph] = ["image", "decode", "mask"].map(graph);
    const worker = new Worker(new URL("./decoder.worker.ts", import.meta.url), { type: "module", name: "decoder" });
    const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MAX_THREADS) : 1;
    try {
      await new Promise<void>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
          if (data.kind === "engine") {
            onEngine(data.engine);
          } else if (data.kind === "loaded") {
            resolve();
          } else {
            reject(new Error(data.kind === "unusable" ? data.reason : data.kind));
          }
        };
        worker.onerror = (event) => reject(new Error(event.message || texts.peek().errors.workerNotStarted));
        const load: ToWorker = {
          kind: "load", imageGraph, decodeGraph, maskGraph, threads, engine, language: language.peek(),
        };
        worker.postMessage(load);
      });
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return new BrowserSegmenter(worker, client, restore, onEngine);
  }

  async open(picture: OpenPicture): Promise<void> {
    if (this.opened === picture.id) {
      return;
    }
    const embedding = await this.embedding(picture);
    this.recalled.clear();
    await this.ask((call) => ({ kind: "open", call, embedding, width: picture.width, height: picture.height }), [
      embedding.buffer as ArrayBuffer,
    ]);
    this.opened = picture.id;
  }

  segment(prompt: PromptSpec): Promise<SegmentAnswer> {
    return this.decode(prompt, false);
  }

  preview(prompt: PromptSpec): Promise<SegmentAnswer> {
    return this.decode(prompt, true);
  }

  async recall(refinement: Refinement): Promise<void> {
    await this.recalled.get(refinement);
  }

  /** Ends the worker. Unanswered prompts fail, but not with SupersededError: they can be asked elsewhere. */
  close(): void {
    this.worker.terminate();
    this.fail(new Error("Decoding in the browser was ended."));
  }

  private async decode(prompt: PromptSpec, latest: boolean): Promise<SegmentAnswer> {
    // A prompt that stands for itself is on its way before this returns.
    const masked = prompt.refines ? await this.masked(prompt) : prompt;
    return this.ask((call) => ({ kind: "decode", call, prompt: masked, latest }));
  }

  private async masked({ points, box, refines }: PromptSpec): Promise<MaskedPrompt> {
    return { points, box, ...(refines ? { mask: await this.recalled.get(refines) } : {}) };
  }

  /** Repeats the prompt before, and those before it if their masks are not cached either. */
  private async logits({ prompt, mask }: Refinement): Promise<Float32Array> {
    if (mask && isEmpty(prompt)) {
      // Drawn, imported or found by a run: there is no prompt to ask again.
      return logitsOf(mask.runs);
    }
    const masked = await this.masked(prompt);
    return (await this.ask((call) => ({ kind: "recall", call, prompt: masked, wanted: mask?.runs ?? null }))).logits!;
  }

  private async embedding({ id, model }: OpenPicture): Promise<Uint16Array> {
    try {
      return await this.client.getEmbedding(id, undefined, { model });
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.code !== Code.NotFound) {
        throw error;
      }
      await this.restore(id);
      return this.client.getEmbedding(id, undefined, { model });
    }
  }

  private ask(message: (call: number) => ToWorker, transfer: Transferable[] = []): Promise<WorkerAnswer> {
    const call = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      this.worker.postMessage(message(call), transfer);
    });
  }

  private takeBegun(call: number): Begun | undefined {
    const begun = this.begun.get(call);
    this.begun.delete(call);
    return begun;
  }

  private fail(error: Error): void {
    const waiting = [...this.waiting.values(), ...this.begun.values()];
    this.waiting.clear();
    this.begun.clear();
    waiting.forEach(({ reject }) => reject(error));
  }

  private receive(message: FromWorker): void {
    if (message.kind === "loaded" || message.kind === "unusable") {
      return;
    }
    if (message.kind === "engine") {
      this.onEngine(message.engine);
      return;
    }
    const waiting = this.waiting.get(message.call);
    this.waiting.delete(message.call);
    switch (message.kind) {
      case "opened":
        waiting?.resolve(NOTHING);
        break;
      case "recalled":
        waiting?.resolve({ ...NOTHING, logits: message.logits });
        break;
      case "answer": {
        const { best, decodeMs } = message;
        const all = new Promise<readonly Candidate[]>((resolve, reject) =>
          this.begun.set(message.call, { best, resolve, reject }));
        // Without this a caller that ignores the promise would cause an unhandled rejection.
        all.catch(() => undefined);
        waiting?.resolve({ candidates: [best], all, decodeMs });
        break;
      }
      case "rest": {
        const begun = this.takeBegun(message.call);
        begun?.resolve([{ ...begun.best, stabilityScore: message.stabilityScore }, ...message.others]);
        break;
      }
      case "superseded":
        (waiting ?? this.takeBegun(message.call))?.reject(new SupersededError());
        break;
      case "failed":
        (waiting ?? this.takeBegun(message.call))?.reject(new Error(message.reason));
        break;
    }
  }
}
