// One click decoded in headless Chromium, in a worker with two threads: our kernels, our graph and the published decoder
// in ONNX Runtime, in turn in one page; also by WebGPU where there is a GPU. From services/studio: npm run bench. The
// published one is fetched by loadtests' decode; CHROMIUM names a browser of another name.
import { existsSync } from "node:fs";
import { inChromium } from "./inChromium.mjs";

const PUBLISHED = new URL("../../../artifacts/published/package/dist/sam.onnx", import.meta.url);

if (!existsSync(PUBLISHED)) {
  console.error("The published decoder is not there. Run first: dotnet run -c Release --project loadtests -- decode");
  process.exit(2);
}

const { error, threads, gpu, times } = await inChromium(
  "benchmarks/page/", { files: { "published.onnx": PUBLISHED }, flags: ["--enable-unsafe-webgpu"] });
if (error) {
  console.error(error);
  process.exit(1);
}
const medians = Object.entries(times).map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]]);
const [[, published]] = medians;
console.log(`One click, three masks of a photograph of 3:2; ${threads} threads; ${gpu}; medians`);
for (const [name, median] of medians) {
  console.log(`${name.padEnd(22)} ${median.toFixed(1).padStart(7)} ms  ${(median / published).toFixed(3)} of published`);
}
process.exit(0);
