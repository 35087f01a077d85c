import { hasRelaxedSimd, MaskDecoder, type ThreadStart } from "segmentation-decoder";
import relaxedUrl from "segmentation-decoder/decoder-relaxed.wasm?url";
import plainUrl from "segmentation-decoder/decoder.wasm?url";
import { JobQueue } from "./JobQueue";
import { LocalDecoder } from "./LocalDecoder";
import type { FromWorker, ToWorker } from "./protocol";

const queue = new JobQueue();
let decoder: Promise<LocalDecoder> | undefined;
let opening: Promise<void> = Promise.resolve();
let working = false;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "load":
      decoder = load(data);
      decoder.then(
        () => say({ kind: "loaded" }),
        (error: unknown) => say({ kind: "unusable", reason: reasonOf(error) }));
      break;
    case "open":
      for (const { call } of queue.clear()) {
        say({ kind: "superseded", call });
      }
      opening = opening.then(() => open(data));
      break;
    case "decode": {
      const overtaken = queue.add(data);
      if (overtaken) {
        say({ kind: "superseded", call: overtaken.call });
      }
      void work();
      break;
    }
  }
};

async function load({ imageGraph, decodeGraph, threads }: Extract<ToWorker, { kind: "load" }>): Promise<LocalDecoder> {
  const [module, image, decode] = await Promise.all([
    WebAssembly.compileStreaming(fetch(hasRelaxedSimd() ? relaxedUrl : plainUrl)),
    download(imageGraph),
    download(decodeGraph),
  ]);
  return new LocalDecoder(await MaskDecoder.create({ module, image, decode, threads, startThread }));
}

function startThread(start: ThreadStart): void {
  const worker = new Worker(new URL("./thread.worker.ts", import.meta.url), { type: "module", name: "decoder thread" });
  worker.postMessage(start);
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`The model's graph could not be loaded (HTTP status ${response.status}).`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

async function open({ call, embedding, width, height }: Extract<ToWorker, { kind: "open" }>): Promise<void> {
  try {
    (await decoder!).open(embedding, width, height);
    say({ kind: "opened", call });
  } catch (error) {
    say({ kind: "failed", call, reason: reasonOf(error) });
  }
}

async function work(): Promise<void> {
  if (working) {
    return;
  }
  working = true;
  await turn();
  for (let job = queue.next(); job; job = queue.next()) {
    const { call, prompt } = job;
    try {
      await opening;
      const begun = performance.now();
      const candidates = (await decoder!).segment(prompt);
      say({ kind: "answer", call, candidates, decodeMs: performance.now() - begun });
    } catch (error) {
      say({ kind: "failed", call, reason: reasonOf(error) });
    }
    await turn();
  }
  working = false;
}

/** Lets messages in that arrived meanwhile, so that the newest of them wins. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function say(message: FromWorker): void {
  self.postMessage(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
