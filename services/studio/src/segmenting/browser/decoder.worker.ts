import { GpuDecoder, hasRelaxedSimd, MaskDecoder, type ThreadStart } from "segmentation-decoder";
import relaxedUrl from "segmentation-decoder/decoder-relaxed.wasm?url";
import plainUrl from "segmentation-decoder/decoder.wasm?url";
import { nextTask } from "../../shared/nextTask";
import { DICTIONARIES } from "../../texts/dictionaries";
import { type DecodeJob, JobQueue } from "./JobQueue";
import { LocalDecoder, type LocalMask } from "./LocalDecoder";
import type { FromWorker, ToWorker } from "./protocol";

const queue = new JobQueue();
let decoder: Promise<LocalDecoder> | undefined;
let last: Promise<unknown> = Promise.resolve();
let working = false;
let arrived = () => {};
let words = DICTIONARIES.en.errors;

/** An answer whose other masks are still to be computed. */
interface Unfinished {
  readonly call: number;
  readonly best: LocalMask;
  readonly others: Iterable<LocalMask>;
}

const unfinished: Unfinished[] = [];
/** Number of such answers that wait while there are other jobs. */
const MOST_UNFINISHED = 4;

/** A few frames: the other masks come before the user can press a key. */
const REST_MS = 60;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "load":
      words = DICTIONARIES[data.language].errors;
      decoder = load(data);
      decoder.then(
        () => say({ kind: "loaded" }),
        (error: unknown) => say({ kind: "unusable", reason: reasonOf(error) }));
      break;
    case "open":
      for (const { call } of queue.clear()) {
        say({ kind: "superseded", call });
      }
      void inTurn(() => open(data));
      break;
    case "recall":
      void inTurn(() => recall(data));
      break;
    case "decode": {
      const superseded = queue.add(data);
      if (superseded) {
        say({ kind: "superseded", call: superseded.call });
      }
      arrived();
      void work();
      break;
    }
  }
};

async function load(
  { imageGraph, decodeGraph, maskGraph, threads, engine }: Extract<ToWorker, { kind: "load" }>,
): Promise<LocalDecoder> {
  const [module, image, decode, mask, adapter] = await Promise.all([
    WebAssembly.compileStreaming(fetch(hasRelaxedSimd() ? relaxedUrl : plainUrl)),
    download(imageGraph),
    download(decodeGraph),
    download(maskGraph),
    engine === "cpu" ? undefined : findAdapter(),
  ]);
  const cpu = await MaskDecoder.create({ module, image, decode, mask, threads, startThread });
  // A GPU that is imitated by the processor is no help, unless it is asked for.
  const isWorthIt = adapter && (engine === "gpu" || !adapter.info.isFallbackAdapter);
  const gpu = isWorthIt ? GpuDecoder.create({ adapter, image, decode, mask }) : undefined;
  // Where the browser offers no GPU, or none that can do it, its processor decodes.
  return new LocalDecoder(
    cpu, await gpu?.catch(() => undefined), engine, (used) => say({ kind: "engine", engine: used }));
}

async function findAdapter(): Promise<GPUAdapter | undefined> {
  return (await navigator.gpu?.requestAdapter()) ?? undefined;
}

function startThread(start: ThreadStart): void {
  const worker = new Worker(new URL("./thread.worker.ts", import.meta.url), { type: "module", name: "decoder thread" });
  worker.postMessage(start);
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(words.graphNotLoaded(response.status));
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Does one thing after the other: the picture must not change under a prompt. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const done = last.then(work);
  last = done;
  return done;
}

async function open({ call, embedding, width, height }: Extract<ToWorker, { kind: "open" }>): Promise<void> {
  try {
    const ready = await decoder!;
    for (const answered of unfinished.splice(0)) {
      say({ kind: "superseded", call: answered.call });
    }
    await ready.open(embedding, width, height);
    say({ kind: "opened", call });
  } catch (error) {
    say({ kind: "failed", call, reason: reasonOf(error) });
  }
}

async function recall({ call, prompt, wanted }: Extract<ToWorker, { kind: "recall" }>): Promise<void> {
  try {
    const ready = await decoder!;
    say({ kind: "recalled", call, logits: await ready.recall(prompt, wanted) });
  } catch (error) {
    say({ kind: "failed", call, reason: reasonOf(error) });
  }
}

async function work(): Promise<void> {
  if (working) {
    return;
  }
  working = true;
  // Receives messages that arrived meanwhile, so that the newest wins; likewise after each job.
  await nextTask();
  for (;;) {
    const job = queue.next();
    if (job) {
      await inTurn(() => decode(job));
    } else if (unfinished.length > 0) {
      await Promise.race([rest(), arrival()]);
      if (queue.isEmpty) {
        finish();
      }
    } else {
      break;
    }
    await nextTask();
  }
  working = false;
}

async function decode({ call, prompt }: DecodeJob): Promise<void> {
  try {
    const ready = await decoder!;
    const begun = performance.now();
    const masks = await ready.segment(prompt);
    const best = masks.next().value!;
    say({ kind: "answer", call, best: best.candidate, decodeMs: performance.now() - begun });
    unfinished.push({ call, best, others: masks });
    if (unfinished.length > MOST_UNFINISHED) {
      say({ kind: "superseded", call: unfinished.shift()!.call });
    }
  } catch (error) {
    say({ kind: "failed", call, reason: reasonOf(error) });
  }
}

/** Computes work that the page could wait for next. */
function finish(): void {
  const next = unfinished.shift();
  if (!next) {
    return;
  }
  const { call, best, others } = next;
  try {
    const candidates = Array.from(others, ({ candidate, countStability }) =>
      ({ ...candidate, stabilityScore: countStability() }));
    say({ kind: "rest", call, stabilityScore: best.countStability(), others: candidates });
  } catch (error) {
    say({ kind: "failed", call, reason: reasonOf(error) });
  }
}

/** Waits while the page may use the cores, to show the best mask. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}

/** Waits for the next job. */
function arrival(): Promise<void> {
  return new Promise((resolve) => (arrived = resolve));
}

function say(message: FromWorker): void {
  self.postMessage(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
