import { describe, expect, it } from "vitest";
import { GraphWeights } from "../src/model/GraphWeights";
import { decodeGraph } from "./model";

describe("a graph's weights", () => {
  it("are found by their names", () => {
    const weights = new GraphWeights(decodeGraph);

    expect(weights.shape("output_tokens")).toEqual([5, 256]);
    expect(weights.read("output_tokens").length).toBe(5 * 256);
  });

  it("that are not there are named, with what to do", () => {
    expect(() => new GraphWeights(decodeGraph).read("nothing.weight"))
      .toThrow(/lacks the weight 'nothing.weight'.*build the model again/);
  });

  it("of a file that was cut off or is none are refused", () => {
    expect(() => new GraphWeights(decodeGraph.subarray(0, 1_000_000))).toThrow("cut off");
    expect(() => new GraphWeights(new TextEncoder().encode("<!doctype html>"))).toThrow("not an ONNX file");
    expect(() => new GraphWeights(new Uint8Array())).toThrow("no weights");
  });
});
