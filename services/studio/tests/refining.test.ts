import { Code, SegmentationClient, SegmentationError } from "segmentation-client";
import { areaOf, encodeCounts, fromPixels, type RunLengths } from "segmentation-client/rle";
import { describe, expect, it, vi } from "vitest";
import { addPoint, answer, choose, EMPTY, scaler, setBox } from "../src/annotation/Annotation";
import { addDrawn, drawMask } from "../src/annotation/records";
import type { Candidate, PromptSpec } from "../src/annotation/types";
import { indexOfRefined, logitsOf } from "../src/segmenting/maskLogits";
import { RecalledMasks } from "../src/segmenting/RecalledMasks";
import { ServerSegmenter } from "../src/segmenting/server/ServerSegmenter";

const POINT = { x: 3, y: 4, foreground: true };
const MASKS = [2, 4, 8].map((columns) => candidateOf(columnsOf(columns)));

/** The first columns of a picture. */
function columnsOf(columns: number): RunLengths {
  return fromPixels(Array.from({ length: 200 }, (_, i) => Number(i % 20 < columns)), 20, 10);
}

function candidateOf(runs: RunLengths): Candidate {
  return { runs, area: areaOf(runs), box: { x: 0, y: 0, width: 1, height: 10 }, predictedIou: 0.9, stabilityScore: 1 };
}

describe("a point on an object", () => {
  const asked = addPoint(EMPTY, POINT);
  const first = asked.objects[0].prompt;
  const answered = choose(answer(asked, 1, first, MASKS), 1, 2);

  it("refines the mask that is chosen, or the best one where none is there yet", () => {
    expect(first.refines).toBeUndefined();
    expect(addPoint(answered, POINT).objects[0].prompt).toEqual(
      { points: [POINT, POINT], box: null, refines: { prompt: first, mask: MASKS[2], index: 2 } });
    expect(addPoint(asked, POINT).objects[0].prompt.refines).toEqual({ prompt: first, mask: null, index: 0 });
  });

  it("refines nothing behind a box, nor an empty mask", () => {
    const boxed = setBox(answered, { xMin: 0, yMin: 0, xMax: 2, yMax: 2 });
    const empty = answer(asked, 1, first, [{ ...MASKS[0], area: 0 }]);

    expect(boxed.objects[0].prompt.refines).toBeUndefined();
    expect(addPoint(empty, POINT).objects[0].prompt.refines).toBeUndefined();
  });

  it("made before the picture was made smaller lies where it was, and steps go on sharing it", () => {
    const smaller = scaler(0.5);
    const [before, after] = [asked, addPoint(asked, POINT)].map(smaller);

    expect(before.objects[0].prompt.points).toEqual([{ x: 1.5, y: 2, foreground: true }]);
    expect(after.objects[0].prompt.refines?.prompt).toBe(before.objects[0].prompt);
    expect(smaller(answered).objects[0]).toBe(answered.objects[0]);
  });
});

describe("a mask as a prompt", () => {
  it("is found among the answers by its pixels, and is not another one", () => {
    expect(indexOfRefined(columnsOf(4), MASKS)).toBe(1);
    expect(indexOfRefined(null, MASKS)).toBe(0);
    expect(indexOfRefined(columnsOf(15), MASKS)).toBe(-1);
  });

  it("has logits of its pixels' shares, over the picture with its longest side scaled to 256", () => {
    // 5 of 20 columns are 64 of 256, half of the 10 rows; 30 columns of a smaller picture share cells.
    const logits = logitsOf(columnsOf(5));

    expect([logits[0], logits[63], logits[64], logits[127 * 256], logits[128 * 256]]).toEqual([10, 10, -10, 10, -10]);
    const fine = logitsOf(fromPixels(Array.from({ length: 512 * 4 }, (_, i) => Number(i % 2)), 512, 4));
    expect([fine[0], fine[255]]).toEqual([0, 0]);
  });

  it("is made once while it is at hand, and again after a failure", async () => {
    const recall = vi.fn(() => Promise.resolve(1));
    recall.mockRejectedValueOnce(new Error("away"));
    const masks = new RecalledMasks(recall);
    const prompt: PromptSpec = { points: [POINT], box: null };

    await expect(masks.get({ prompt, mask: MASKS[0], index: 0 })).rejects.toThrow("away");
    expect(await masks.get({ prompt, mask: MASKS[0], index: 0 })).toBe(1);
    await masks.get({ prompt, mask: { ...MASKS[0], stabilityScore: 0.5 }, index: 0 });
    expect(recall).toHaveBeenCalledTimes(2);
    await masks.get({ prompt, mask: MASKS[1], index: 1 });
    expect(recall).toHaveBeenCalledTimes(3);
  });
});

describe("the server's decoder", () => {
  type Asked = { points: unknown[]; mask?: { source: { case: string; value: unknown } } };

  function segmenter(reply: (prompt: Asked, output: unknown) => unknown) {
    const segment = vi.fn(async (prompt: Asked, output?: unknown) => reply(prompt, output));
    const live = () => ({ segment, open: () => undefined, close: () => undefined });
    const client = { live } as unknown as SegmentationClient;
    const server = new ServerSegmenter(client, { restore: () => Promise.resolve(), onState: () => undefined });
    return { server, segment };
  }

  const answerOf = (...names: string[]) => ({
    result: {
      masks: names.map((id, i) => ({
        id, area: 1n, predictedIou: 0.9, stabilityScore: 1,
        rle: { size: [10, 20], counts: encodeCounts(MASKS[i].runs.counts) },
      })),
    },
  });

  it("is told the mask's name, which it has from the answer before", async () => {
    const { server, segment } = segmenter(() => answerOf("a", "b", "c"));
    const prompt: PromptSpec = { points: [POINT], box: null };
    const { candidates } = await server.segment(prompt);
    await server.recall({ prompt, mask: candidates[1], index: 1 });
    await server.recall({ prompt, mask: candidates[1], index: 1 });
    await server.segment({ points: [POINT, POINT], box: null, refines: { prompt, mask: candidates[1], index: 1 } });

    expect(segment).toHaveBeenCalledTimes(3);
    expect(segment.mock.calls[1][1]).toEqual({ refinable: true });
    expect(segment.mock.calls[2][0].mask).toEqual({ source: { case: "maskId", value: "b" } });
  });

  it("is asked again what led to the mask where it does not know that name any more", async () => {
    const known = new Set(["new-b"]);
    let session = "old";
    const { server, segment } = segmenter(({ mask }) => {
      if (mask && !known.has(mask.source.value as string)) {
        session = "new";
        throw new SegmentationError(Code.NotFound, "gone", undefined, "MASK_NOT_FOUND");
      }
      return answerOf(...["a", "b", "c"].map((name) => `${session}-${name}`));
    });
    const prompt: PromptSpec = { points: [POINT], box: null };
    const { candidates } = await server.segment(prompt);
    const refined = { points: [POINT, POINT], box: null, refines: { prompt, mask: candidates[1], index: 1 } };
    expect((await server.segment(refined)).candidates).toHaveLength(3);

    expect(segment.mock.calls.map(([{ mask }]) => mask?.source.value)).toEqual([undefined, "old-b", undefined, "new-b"]);
  });

  it("is told the mask itself where no prompt gives it", async () => {
    const { server, segment } = segmenter(() => answerOf("a"));
    const prompt: PromptSpec = { points: [POINT], box: null };
    await server.segment({ points: [POINT, POINT], box: null, refines: { prompt, mask: candidateOf(columnsOf(15)), index: 0 } });

    const { source } = segment.mock.calls[1][0].mask!;
    expect(source.case).toBe("logits");
    expect((source.value as Uint8Array).length).toBe(4 * 256 * 256);
  });

  it("is told a drawn or imported mask at once, and asked nothing before", async () => {
    const { server, segment } = segmenter(() => answerOf("a"));
    const mask = candidateOf(columnsOf(15));
    const drawn = drawMask(addDrawn(EMPTY, columnsOf(4)), 1, mask.runs);
    const { prompt } = addPoint(drawn, POINT).objects[0];
    expect(prompt.refines?.mask?.runs).toEqual(mask.runs);
    await server.recall(prompt.refines!);
    await server.segment(prompt);

    expect(segment).toHaveBeenCalledTimes(1);
    expect(segment.mock.calls[0][0].points).toHaveLength(1);
    expect(segment.mock.calls[0][0].mask!.source.case).toBe("logits");
  });
});
