import { GpuDecoder, MaskDecoder } from "../../src";
import kernelsUrl from "../../build/decoder.wasm?url";
import { embedding, FEW_PROMPTS, furthest } from "../prompts";

// The kernels in WebAssembly, which the model's graphs are compared with elsewhere, and those on the GPU.

const download = async (name: string) => new Uint8Array(await (await fetch(`/model/${name}`)).arrayBuffer());

async function compare(): Promise<unknown> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    return { error: "This browser has no WebGPU, not even one that the processor imitates." };
  }
  const [module, image, decode, mask] = await Promise.all([
    WebAssembly.compileStreaming(fetch(kernelsUrl)), download("image.onnx"), download("decode.onnx"), download("mask.onnx")]);
  const gpu = await GpuDecoder.create({ adapter, image, decode, mask });
  const cpu = await MaskDecoder.create({ module, image, decode, mask, threads: 1, startThread: () => undefined });
  const answers = [];
  for (const [name, prompt, geometry] of FEW_PROMPTS) {
    cpu.open(embedding, geometry);
    await gpu.open(embedding, geometry);
    const [expected, actual] = [cpu.decode(prompt), await gpu.decode(prompt)];
    answers.push({
      name,
      lengths: [actual.logits.length, expected.logits.length],
      logits: furthest(actual.logits, expected.logits),
      predictedIou: furthest(actual.predictedIou, expected.predictedIou),
    });
  }
  gpu.close();
  const afterwards = await gpu.decode(FEW_PROMPTS[0][1]).then(() => "answered", () => "rejected");
  return { answers, afterwards };
}

compare()
  .catch((error: unknown) => ({ error: String(error) }))
  .then((result) => fetch("/result", { method: "POST", body: JSON.stringify(result) }));
