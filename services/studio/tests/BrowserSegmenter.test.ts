import { SupersededError, type SegmentationClient } from "segmentation-client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BrowserSegmenter } from "../src/segmenting/browser/BrowserSegmenter";
import type { FromWorker, ToWorker } from "../src/segmenting/browser/protocol";

const CANDIDATE = {
  runs: { width: 2, height: 1, counts: Uint32Array.of(1, 1) }, area: 1, box: { x: 1, y: 0, width: 1, height: 1 },
  predictedIou: 0.5, stabilityScore: 1,
};
const PROMPT = { points: [{ x: 1, y: 1, foreground: true }], box: null };

/** A worker that loads at once and then does what the test says. */
class FakeWorker {
  static last: FakeWorker;
  onmessage: ((event: { data: FromWorker }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;
  isTerminated = false;

  constructor() {
    FakeWorker.last = this;
  }

  postMessage(message: ToWorker): void {
    if (message.kind === "load") {
      queueMicrotask(() => this.onmessage?.({ data: { kind: "loaded" } }));
    }
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

async function load(): Promise<BrowserSegmenter> {
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("self", { location: { href: "http://studio/" }, crossOriginIsolated: false });
  const graphs = ["image", "decode", "mask"].map((name) => ({ name, sha256: "00" }));
  const client = { getModel: () => Promise.resolve({ graphs }) } as unknown as SegmentationClient;
  return BrowserSegmenter.load(client, undefined, () => Promise.resolve(), "auto", () => undefined);
}

describe("a decoding worker", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("that crashes fails all that wait, with the reason", async () => {
    const segmenter = await load();
    const clicks = [segmenter.segment(PROMPT), segmenter.segment(PROMPT)];
    FakeWorker.last.onerror?.({ message: "out of memory" });

    for (const click of clicks) {
      await expect(click).rejects.toThrow("out of memory");
    }
  });

  it("says the best mask first, and all of them when they are complete", async () => {
    const segmenter = await load();
    const click = segmenter.segment(PROMPT);
    FakeWorker.last.onmessage?.({ data: { kind: "answer", call: 1, best: { ...CANDIDATE, stabilityScore: NaN }, decodeMs: 5 } });
    const { candidates, all } = await click;
    const other = { ...CANDIDATE, predictedIou: 0.1 };
    FakeWorker.last.onmessage?.({ data: { kind: "rest", call: 1, stabilityScore: 1, others: [other] } });

    expect(candidates[0].stabilityScore).toBeNaN();
    expect(await all).toEqual([CANDIDATE, other]);
  });

  it("that crashes after the best mask keeps it, and says that the others do not come", async () => {
    const segmenter = await load();
    const click = segmenter.segment(PROMPT);
    const best = { ...CANDIDATE, predictedIou: 0.9 };
    FakeWorker.last.onmessage?.({ data: { kind: "answer", call: 1, best, decodeMs: 5 } });
    const { candidates, all } = await click;
    FakeWorker.last.onerror?.({ message: "out of memory" });

    expect(candidates).toEqual([best]);
    await expect(all).rejects.toThrow("out of memory");
  });

  it("that is ended supersedes no click: it can be asked of the server", async () => {
    const segmenter = await load();
    const click = segmenter.segment(PROMPT);
    segmenter.close();

    await expect(click).rejects.not.toBeInstanceOf(SupersededError);
    expect(FakeWorker.last.isTerminated).toBe(true);
  });
});
