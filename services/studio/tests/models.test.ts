import { signal } from "@preact/signals";
import { create } from "@bufbuild/protobuf";
import { type Model, ModelSchema, type SegmentationClient, SegmentationError, Code } from "segmentation-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnnotatedObject, Candidate, PromptSpec } from "../src/annotation/types";
import { Comparison } from "../src/models/Comparison";
import { Models } from "../src/models/Models";
import type { Picture } from "../src/picture/Picture";

const PROMPT: PromptSpec = { points: [{ x: 1, y: 1, foreground: true }], box: null };
const MASK: Candidate = {
  runs: { width: 2, height: 1, counts: Uint32Array.of(1, 1) }, area: 1, box: { x: 1, y: 0, width: 1, height: 1 },
  predictedIou: 0.5, stabilityScore: 1,
};

function modelOf(id: string, isDefault = false): Model {
  return create(ModelSchema, { id, isDefault, family: "sam1" });
}

function objectOf(prompt: PromptSpec): AnnotatedObject {
  return { id: 1, prompt, candidates: [MASK], chosen: 0, answered: true } as unknown as AnnotatedObject;
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

afterEach(() => vi.unstubAllGlobals());

describe("the choice of a model", () => {
  it("is the default until there is another, and is kept for the next visit", async () => {
    const client = { listModels: () => Promise.resolve([modelOf("a", true), modelOf("b")]) } as unknown as SegmentationClient;
    const models = new Models(client);
    await models.load();

    expect([models.hasChoice.value, models.chosen.value?.id, models.name.value]).toEqual([true, "a", ""]);

    models.choose("b");
    const later = new Models(client);
    await later.load();

    expect([models.name.value, later.chosen.value?.id, later.name.value]).toEqual(["b", "b", "b"]);
  });

  it("falls back to the default where the model is no longer served", async () => {
    const models = new Models({ listModels: () => Promise.resolve([modelOf("a", true)]) } as unknown as SegmentationClient);
    models.choose("gone");
    await models.load();

    expect([models.hasChoice.value, models.chosen.value?.id, models.name.value]).toEqual([false, "a", ""]);
  });

  it("asks once a person", async () => {
    const listModels = vi.fn().mockResolvedValue([modelOf("a", true)]);
    const models = new Models({ listModels } as unknown as SegmentationClient);
    await models.load();
    await models.loadFor("anna laptop");
    await models.loadFor("anna laptop");
    await models.loadFor("bert tablet");

    expect(listModels).toHaveBeenCalledTimes(2);
  });

  it("asks again after a failure", async () => {
    const listModels = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue([modelOf("a", true)]);
    const models = new Models({ listModels } as unknown as SegmentationClient);
    await models.load();
    await models.load();

    expect(models.chosen.value?.id).toBe("a");
  });
});

describe("a comparison", () => {
  const picture = signal<Picture | null>({ id: "sha256:00", width: 2, height: 1 } as unknown as Picture);
  const mask = {
    predictedIou: 0.75, stabilityScore: 0.5, area: 1n, rle: { size: [1, 2], counts: "11" }, boundingBox: undefined,
  };

  it("asks the other model the object's prompt, after uploading the picture for it", async () => {
    const segment = vi.fn()
      .mockRejectedValueOnce(new SegmentationError(Code.NotFound, "Image of another model."))
      .mockResolvedValue({ results: [{ masks: [mask] }], decodeDuration: undefined });
    const restore = vi.fn(() => Promise.resolve());
    const comparison = new Comparison(
      { segment } as unknown as SegmentationClient, picture, signal<AnnotatedObject | undefined>(objectOf(PROMPT)), restore);

    comparison.compareWith("b");
    await vi.waitFor(() => expect(comparison.best.value).not.toBeNull());

    expect(restore).toHaveBeenCalledWith("b");
    expect(segment.mock.calls.at(-1)![0]).toMatchObject({ model: "b", image: { value: "sha256:00" } });
    expect(comparison.agreement.value).toBe(1);
    expect(comparison.shown.value).toBeNull();

    comparison.showsOther.value = true;
    expect(comparison.shown.value).toBe(comparison.best.value);
  });

  it("forgets the answer to a prompt that has changed", async () => {
    const segment = vi.fn(() => Promise.resolve({ results: [{ masks: [mask] }], decodeDuration: undefined }));
    const active = signal<AnnotatedObject | undefined>(objectOf(PROMPT));
    const comparison = new Comparison(
      { segment } as unknown as SegmentationClient, picture, active, () => Promise.resolve());
    comparison.compareWith("b");
    await vi.waitFor(() => expect(comparison.best.value).not.toBeNull());

    active.value = objectOf({ ...PROMPT });
    expect(comparison.best.value).toBeNull();
    await vi.waitFor(() => expect(segment).toHaveBeenCalledTimes(2));
  });

  it("asks a third model the same prompt", async () => {
    const segment = vi.fn(() => Promise.resolve({ results: [{ masks: [mask] }], decodeDuration: undefined }));
    const comparison = new Comparison(
      { segment } as unknown as SegmentationClient, picture, signal<AnnotatedObject | undefined>(objectOf(PROMPT)),
      () => Promise.resolve());
    comparison.compareWith("b");
    await vi.waitFor(() => expect(comparison.best.value).not.toBeNull());

    comparison.compareWith("c");
    expect(comparison.best.value).toBeNull();
    await vi.waitFor(() => expect(comparison.best.value).not.toBeNull());

    expect(segment).toHaveBeenLastCalledWith(expect.objectContaining({ model: "c" }), expect.anything());
  });

  it("ends when the picture gets the compared model", async () => {
    const segment = vi.fn(() => Promise.resolve({ results: [{ masks: [mask] }], decodeDuration: undefined }));
    const opened = signal<Picture | null>({ id: "sha256:00", model: "a" } as unknown as Picture);
    const comparison = new Comparison(
      { segment } as unknown as SegmentationClient, opened, signal<AnnotatedObject | undefined>(objectOf(PROMPT)),
      () => Promise.resolve());
    comparison.compareWith("b");
    await vi.waitFor(() => expect(comparison.best.value).not.toBeNull());

    opened.value = { id: "sha256:00", model: "b" } as unknown as Picture;

    expect(comparison.other.value).toBe("");
    expect(comparison.best.value).toBeNull();
  });

  it("says why the other model has no mask", async () => {
    const segment = () => Promise.reject(new SegmentationError(Code.InvalidArgument, "The model 'b' takes no boxes."));
    const comparison = new Comparison(
      { segment } as unknown as SegmentationClient, picture, signal<AnnotatedObject | undefined>(objectOf(PROMPT)),
      () => Promise.resolve());
    comparison.compareWith("b");

    await vi.waitFor(() => expect(comparison.trouble.value).toContain("takes no boxes"));
  });
});
