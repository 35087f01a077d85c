import * as ort from "onnxruntime-web/wasm";
import moduleUrl from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { type DecodePrompt, Geometry, GpuDecoder, hasRelaxedSimd, MaskDecoder } from "segmentation-decoder";
import relaxedUrl from "segmentation-decoder/decoder-relaxed.wasm?url";
import plainUrl from "segmentation-decoder/decoder.wasm?url";

// One click on a photograph of 3:2: three masks of ours; the published decoder has no other way than all it can.
const CLICK = [500, 300, 0, 0];
const LABELS = [1, -1];
const PROMPT: DecodePrompt = { coordinates: CLICK, labels: LABELS, maskTokens: [1, 2, 3] };
const PICTURE = new Geometry(1536, 1024);
const THREADS = 2;
const RUNS = 30;
const WARM_UP = 5;

// Times do not depend on what is in the embedding.
const embedding = Float32Array.from({ length: 256 * 64 * 64 }, (_, i) => 0.3 * Math.sin(i));

const download = async (name: string) => new Uint8Array(await (await fetch(`/model/${name}`)).arrayBuffer());

async function kernels(url: string): Promise<() => void> {
  const [module, image, decode, mask] = await Promise.all([
    WebAssembly.compileStreaming(fetch(url)), download("image.onnx"), download("decode.onnx"), download("mask.onnx")]);
  const decoder = await MaskDecoder.create({
    module, image, decode, mask, threads: THREADS,
    startThread: (start) => new Worker(
      new URL("../../src/segmenting/browser/thread.worker.ts", import.meta.url), { type: "module" }).postMessage(start),
  });
  decoder.open(embedding, PICTURE);
  return () => decoder.decode(PROMPT);
}

/** A GPU, but none that the processor imitates. */
async function findGpu(): Promise<GPUAdapter | undefined> {
  const adapter = await navigator.gpu?.requestAdapter();
  return adapter && !adapter.info.isFallbackAdapter ? adapter : undefined;
}

async function onGpu(adapter: GPUAdapter): Promise<() => Promise<unknown>> {
  const [image, decode, mask] = await Promise.all(["image.onnx", "decode.onnx", "mask.onnx"].map(download));
  const decoder = await GpuDecoder.create({ adapter, image, decode, mask });
  await decoder.open(embedding, PICTURE);
  return () => decoder.decode(PROMPT);
}

const open = async (name: string) => ort.InferenceSession.create(
  await download(name), { executionProviders: ["wasm"], graphOptimizationLevel: "all" });

const tensor = (values: Float32Array | number[], ...shape: number[]) =>
  new ort.Tensor("float32", Float32Array.from(values), shape);

const point = { point_coords: tensor(CLICK, 1, 2, 2), point_labels: tensor(LABELS, 1, 2) };

async function graph(): Promise<() => Promise<unknown>> {
  const image = await (await open("image.onnx")).run({ embedding: tensor(embedding, 1, 256, 64, 64) });
  const decode = await open("decode.onnx");
  const wanted = {
    mask_tokens: new ort.Tensor("int64", BigInt64Array.of(1n, 2n, 3n), [3]),
    grid_size: new ort.Tensor("int64", BigInt64Array.of(BigInt(PICTURE.gridRows), BigInt(PICTURE.gridColumns)), [2]),
  };
  return () => decode.run({ ...image, ...point, ...wanted });
}

async function published(): Promise<() => Promise<unknown>> {
  const decode = await open("published.onnx");
  const all: Record<string, ort.Tensor> = {
    ...point,
    image_embeddings: tensor(embedding, 1, 256, 64, 64),
    mask_input: tensor(new Float32Array(256 * 256), 1, 1, 256, 256),
    has_mask_input: tensor([0], 1),
    orig_im_size: tensor([PICTURE.height, PICTURE.width], 2),
  };
  const feeds = Object.fromEntries(decode.inputNames.map((name) => [name, all[name]]));
  return () => decode.run(feeds);
}

async function measure(): Promise<unknown> {
  ort.env.wasm.wasmPaths = { mjs: new URL(moduleUrl, self.location.href).href, wasm: wasmUrl };
  ort.env.wasm.numThreads = THREADS;
  ort.env.logLevel = "error";
  const sides: Record<string, () => unknown> = { "published graph": await published(), "our graph": await graph() };
  sides["our kernels, plain"] = await kernels(plainUrl);
  if (hasRelaxedSimd()) {
    sides["our kernels, relaxed"] = await kernels(relaxedUrl);
  }
  const adapter = await findGpu();
  if (adapter) {
    sides["our kernels, WebGPU"] = await onGpu(adapter);
  }
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, [] as number[]]));
  for (let run = -WARM_UP; run < RUNS; run++) {
    for (const [name, decode] of Object.entries(sides)) {
      // A worker that never rests does not get to start its own.
      await new Promise((resolve) => setTimeout(resolve));
      const begun = performance.now();
      await decode();
      if (run >= 0) {
        times[name].push(performance.now() - begun);
      }
    }
  }
  const gpu = adapter ? `GPU: ${adapter.info.vendor} ${adapter.info.architecture}` : "no GPU";
  return { threads: self.crossOriginIsolated ? THREADS : 1, gpu, times };
}

measure().then(
  (result) => self.postMessage(result),
  (error: unknown) => self.postMessage({ error: String(error) }));
