import { describe, expect, it } from "vitest";
import { fromFloat16 } from "../src/segmenting/browser/float16";
import { Geometry } from "segmentation-decoder";
import { type DecodeJob, JobQueue } from "../src/segmenting/browser/JobQueue";
import { promptTensors } from "../src/segmenting/browser/promptTensors";

describe("16-bit floats", () => {
  it("are read exactly", () => {
    const halves = Uint16Array.of(0, 0x8000, 0x3c00, 0xc000, 0x7bff, 1, 0x3ff, 0x400, 0x7c00, 0xfc00, 0x3555);

    expect([...fromFloat16(halves)]).toEqual([
      0, -0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, Infinity, -Infinity, 0.333251953125,
    ]);
    expect(fromFloat16(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });
});

describe("a prompt", () => {
  const geometry = new Geometry(2048, 1024);

  it("of one point is padded, and asks for three masks", () => {
    const { coordinates, labels, maskTokens } =
      promptTensors({ points: [{ x: 100, y: 50, foreground: true }], box: null }, geometry);

    expect([...coordinates]).toEqual([50, 25, 0, 0]);
    expect([...labels]).toEqual([1, -1]);
    expect([...maskTokens]).toEqual([1, 2, 3]);
  });

  it("with a box has its corners, and asks for one", () => {
    const { coordinates, labels, maskTokens } = promptTensors(
      { points: [{ x: 2, y: 4, foreground: false }], box: { xMin: 10, yMin: 20, xMax: 30, yMax: 40 } }, geometry);

    expect([...coordinates]).toEqual([1, 2, 5, 10, 15, 20]);
    expect([...labels]).toEqual([0, 2, 3]);
    expect([...maskTokens]).toEqual([0]);
  });
});

describe("the worker's queue", () => {
  const job = (call: number, latest: boolean): DecodeJob =>
    ({ kind: "decode", call, latest, prompt: { points: [], box: null } });

  it("drops movements for newer ones, never clicks", () => {
    const queue = new JobQueue();
    const overtaken = [job(1, true), job(2, false), job(3, true), job(4, false)].map((each) => queue.add(each)?.call);

    expect(overtaken).toEqual([undefined, undefined, 1, undefined]);
    expect([queue.next(), queue.next(), queue.next(), queue.next()].map((each) => each?.call))
      .toEqual([2, 4, 3, undefined]);
  });
});
