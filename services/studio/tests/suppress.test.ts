import { boxOf, fromPixels } from "segmentation-client/rle";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../src/annotation/types";
import { suppress, without } from "../src/everything/suppress";

function maskOf(left: number, right: number, predictedIou: number): Candidate {
  const runs = fromPixels(Array.from({ length: 40 }, (_, i) => Number(i >= left && i < right)), 40, 1);
  return { runs, box: boxOf(runs), area: right - left, predictedIou, stabilityScore: 1 };
}

describe("masks that everything found", () => {
  it("are offered once each, the best of those whose boxes overlap", () => {
    const [worse, best, other] = [maskOf(0, 10, 0.9), maskOf(1, 10, 0.95), maskOf(5, 15, 0.8)];

    expect(suppress([worse, best, other], 0.7)).toEqual([best, other]);
    expect(suppress([worse, best, other], 1)).toHaveLength(3);
  });

  it("are not kept where an object has the same mask, but are where it is another", () => {
    const [mask, same, larger] = [maskOf(0, 20, 0.9), maskOf(0, 19, 0.8), maskOf(0, 30, 0.8)];

    expect(without([same, larger], [mask])).toEqual([larger]);
    expect(without([mask], [])).toEqual([mask]);
  });
});
