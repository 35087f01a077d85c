import type { DecodePrompt, GpuDecoder, MaskDecoder } from "segmentation-decoder";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalDecoder } from "../src/segmenting/browser/LocalDecoder";
import type { Engine } from "../src/segmenting/browser/protocol";

const EMBEDDING = new Uint16Array(16);
const CLICK = { points: [{ x: 1, y: 1, foreground: true }], box: null };
const DECODED = { logits: new Float32Array(), predictedIou: new Float32Array(4) };

let now = 0;
let decodes: Engine[] = [];
let engines: Engine[] = [];

/** Engines that take so long, by a clock of their own. */
function engine(name: Engine, milliseconds: number) {
  return vi.fn(() => {
    decodes.push(name);
    now += milliseconds;
    return DECODED;
  });
}

function processor(milliseconds: number): MaskDecoder {
  return {
    open: vi.fn(), prepare: vi.fn(), decode: engine("cpu", milliseconds), *masks() {},
  } as unknown as MaskDecoder;
}

function graphics(milliseconds: number, mostPoints = 40) {
  const decode = engine("gpu", milliseconds);
  const gpu = {
    open: vi.fn(async () => undefined), close: vi.fn(), decode: vi.fn(async () => decode()),
    accepts: ({ labels }: DecodePrompt) => labels.length <= mostPoints,
  };
  return { gpu, decoder: gpu as unknown as GpuDecoder };
}

async function open(cpu: MaskDecoder, gpu: GpuDecoder | undefined, wanted: Engine | "auto" = "auto") {
  const local = new LocalDecoder(cpu, gpu, wanted, (used) => engines.push(used));
  await local.open(EMBEDDING, 40, 30);
  decodes = [];
  await local.segment(CLICK);
  return local;
}

describe("where a browser decodes", () => {
  beforeEach(() => {
    [now, decodes, engines] = [0, [], []];
    vi.spyOn(performance, "now").mockImplementation(() => now);
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("is the GPU when that is faster", async () => {
    await open(processor(20), graphics(5).decoder);

    expect([decodes, engines]).toEqual([["gpu"], ["gpu"]]);
  });

  it("is the processor when that is faster, and the GPU's memory is given back", async () => {
    const { gpu, decoder } = graphics(30);
    await open(processor(20), decoder);

    expect([decodes, engines]).toEqual([["cpu"], ["cpu"]]);
    expect(gpu.close).toHaveBeenCalledOnce();
  });

  it("is the processor where there is no GPU, and nothing is tried out", async () => {
    const cpu = processor(20);
    await open(cpu, undefined);

    expect(engines).toEqual(["cpu"]);
    expect(cpu.decode).toHaveBeenCalledOnce();
  });

  it("is the processor where the user wants a GPU and there is none", async () => {
    await open(processor(20), undefined, "gpu");

    expect([decodes, engines]).toEqual([["cpu"], ["cpu"]]);
  });

  it("is the GPU when the user says so, also for the next picture", async () => {
    const local = await open(processor(20), graphics(500).decoder, "gpu");
    await local.open(EMBEDDING, 60, 30);
    await local.segment(CLICK);

    expect([decodes, engines]).toEqual([["gpu", "gpu"], ["gpu"]]);
  });

  it("is tried out once", async () => {
    const { gpu, decoder } = graphics(5);
    const local = await open(processor(20), decoder);
    const before = gpu.decode.mock.calls.length;
    await local.open(EMBEDDING, 60, 30);

    expect(gpu.decode).toHaveBeenCalledTimes(before);
  });

  it("is the processor for a prompt of more points than the GPU takes, and the GPU again behind it", async () => {
    const local = await open(processor(20), graphics(5, 3).decoder);
    await local.segment({ ...CLICK, points: Array.from({ length: 4 }, () => CLICK.points[0]) });
    await local.segment(CLICK);

    expect([decodes, engines]).toEqual([["gpu", "cpu", "gpu"], ["gpu"]]);
  });

  it("is the processor once the GPU is lost, and the prompt is answered", async () => {
    const { gpu, decoder } = graphics(5);
    const local = await open(processor(20), decoder);
    gpu.decode.mockRejectedValueOnce(new Error("The device was lost."));
    await local.segment(CLICK);
    await local.segment(CLICK);

    expect([decodes, engines]).toEqual([["gpu", "cpu", "cpu"], ["gpu", "cpu"]]);
  });

  it("is the processor when the GPU does not come to an end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { gpu, decoder } = graphics(5);
    gpu.decode.mockReturnValue(new Promise(() => undefined));
    const opened = open(processor(20), decoder);
    await vi.runAllTimersAsync();
    await opened;

    expect([decodes, engines]).toEqual([["cpu"], ["cpu"]]);
    expect(gpu.close).toHaveBeenCalledOnce();
  });

  it("is the processor when the GPU cannot open a picture", async () => {
    const { gpu, decoder } = graphics(5);
    const local = await open(processor(20), decoder);
    gpu.open.mockRejectedValueOnce(new Error("out of memory"));
    await local.open(EMBEDDING, 60, 30);
    await local.segment(CLICK);

    expect([decodes, engines]).toEqual([["gpu", "cpu"], ["gpu", "cpu"]]);
  });

  it("is the processor when the GPU fails at once", async () => {
    const { gpu, decoder } = graphics(5);
    gpu.decode.mockRejectedValue(new Error("out of memory"));
    await open(processor(20), decoder);

    expect([decodes, engines]).toEqual([["cpu"], ["cpu"]]);
  });
});
