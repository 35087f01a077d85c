import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type * as Ort from "onnxruntime-web/wasm";
import { transformWithOxc } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import type { DecodePrompt, Geometry, MaskDecoder } from "../src";
import { decodeGraph, imageGraph, maskGraph, openDecoder, PICTURE } from "./model";
import { CLICK, embedding, furthest, PROMPTS, scattered } from "./prompts";

// As a CommonJS module it reads its WebAssembly from the package; as another it would fetch it.
const ort = createRequire(import.meta.url)("onnxruntime-web/wasm") as typeof Ort;

describe("the decoder", () => {
  let decoder: MaskDecoder;
  let reference: (prompt: DecodePrompt, geometry: Geometry) => Promise<{ logits: Float32Array; predictedIou: Float32Array }>;

  beforeAll(async () => {
    ort.env.wasm.numThreads = 1;
    const [image, decode, masking] = await Promise.all(
      [imageGraph, decodeGraph, maskGraph].map((graph) => ort.InferenceSession.create(graph, { executionProviders: ["wasm"] })));
    const prepared = await image.run({ embedding: new ort.Tensor("float32", embedding, [1, 256, 64, 64]) });
    const integers = (...values: number[]) =>
      new ort.Tensor("int64", BigInt64Array.from(values, (value) => BigInt(value)), [values.length]);
    const masked = async (mask: Float32Array) => {
      const changed = await masking.run({ ...prepared, mask_input: new ort.Tensor("float32", mask, [1, 1, 256, 256]) });
      return Object.fromEntries(Object.entries(changed).map(([name, value]) => [name.replace("_masked", ""), value]));
    };
    reference = async ({ coordinates, labels, maskTokens, mask, isWhole }, { gridRows, gridColumns }) => {
      const { low_res_logits: logits, iou_predictions: ious } = await decode.run({
        ...(mask ? await masked(mask) : prepared),
        point_coords: new ort.Tensor("float32", Float32Array.from(coordinates), [1, labels.length, 2]),
        point_labels: new ort.Tensor("float32", Float32Array.from(labels), [1, labels.length]),
        mask_tokens: integers(...maskTokens),
        grid_size: isWhole ? integers(64, 64) : integers(gridRows, gridColumns),
      });
      return { logits: logits.data as Float32Array, predictedIou: ious.data as Float32Array };
    };
    decoder = await openDecoder();
  });

  it.each(PROMPTS)("computes what the model's graphs do: %s", async (_, prompt, geometry) => {
    const expected = await reference(prompt, geometry);
    decoder.open(embedding, geometry);
    const { logits, predictedIou } = decoder.decode(prompt);

    expect(logits.length).toBe(expected.logits.length);
    // Logits reach 30; a different order of additions shows in the sixth digit.
    expect(furthest(logits, expected.logits)).toBeLessThan(5e-4);
    expect(furthest(predictedIou, expected.predictedIou)).toBeLessThan(1e-5);
  });

  it("gives an answer again after others", () => {
    decoder.open(embedding, PICTURE);
    const first = decoder.decode(CLICK).logits.slice();
    decoder.decode(scattered(7));

    expect(furthest(decoder.decode(CLICK).logits, first)).toBe(0);
  });

  it("gives the same answer with threads", async () => {
    decoder.open(embedding, PICTURE);
    const first = masksOf(decoder);
    const { code } = await transformWithOxc(
      readFileSync(new URL("../src/kernels/threadLoop.ts", import.meta.url), "utf8"), "threadLoop.ts");
    const script = `import { workerData } from "node:worker_threads";\n${code}\nhelp(workerData);`;
    const workers: Worker[] = [];
    const threaded = await openDecoder(3, (start) =>
      workers.push(new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData: start })));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("online", resolve))));

    for (let run = 0; run < 10; run++) {
      expect(masksOf(threaded)).toEqual(first);
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
});

function masksOf(decoder: MaskDecoder) {
  return Array.from(decoder.segment(CLICK), ({ runs, predictedIou, countStability }) =>
    ({ runs, predictedIou, stabilityScore: countStability() }));
}
