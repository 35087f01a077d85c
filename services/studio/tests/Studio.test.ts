import { effect } from "@preact/signals";
import { type SegmentationClient, SupersededError } from "segmentation-client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { addPoint, EMPTY } from "../src/annotation/Annotation";
import type { Candidate } from "../src/annotation/types";
import { Studio } from "../src/app/Studio";
import type { KeepingSource } from "../src/keeping/Keeper";
import type { Work } from "../src/keeping/KeptWork";
import type { Incoming } from "../src/picture/incoming";
import type { SegmentAnswer } from "../src/segmenting/Segmenter";

vi.mock("../src/picture/Picture", () => ({
  readPicture: (file: Blob, name: string) =>
    Promise.resolve({ file, original: file, name, width: 1, height: 1, pyramid: { close: () => undefined }, id: null, encodeMs: 0 }),
  hashOf: () => Promise.resolve("00"),
}));
const kept = vi.hoisted(() => ({ work: undefined as Work | undefined }));
vi.mock("../src/keeping/Keeper", () => ({
  Keeper: class {
    isOpen = true;
    changed = () => undefined;
    leave = () => undefined;
    begin = async () => kept.work && this.source.resume(kept.work);
    constructor(private readonly source: KeepingSource) {}
  },
}));
vi.mock("../src/picture/Uploader", () => ({
  Uploader: class {
    upload = () => Promise.resolve({ id: "sha256:00", encodeDuration: undefined });
  },
}));
const decoding = vi.hoisted(() => ({
  place: { value: "server" },
  leave: () => undefined,
  open: () => undefined,
  preview: vi.fn<() => Promise<SegmentAnswer>>(),
  segment: vi.fn<() => Promise<SegmentAnswer>>(),
  recall: vi.fn<() => void>(),
}));
vi.mock("../src/segmenting/routing/SegmenterRouter", () => ({
  Decoding: class {
    constructor() {
      return decoding;
    }
  },
}));

const ANSWER: SegmentAnswer = { candidates: [], decodeMs: 1 };
const MASK: Candidate = {
  runs: { width: 2, height: 1, counts: Uint32Array.of(1, 1) }, area: 1, box: { x: 1, y: 0, width: 1, height: 1 },
  predictedIou: 0.5, stabilityScore: 1,
};
const POINT = { x: 0.5, y: 0.5, foreground: true };

describe("the studio", () => {
  beforeEach(() => {
    decoding.preview.mockReset().mockResolvedValue(ANSWER);
    decoding.segment.mockReset().mockResolvedValue(ANSWER);
    decoding.recall.mockReset();
    kept.work = undefined;
  });

  it("takes nothing away where there is nothing, and says so", async () => {
    const studio = await opened();
    studio.press({ ...POINT, foreground: false });
    studio.addPoint({ ...POINT, foreground: false }, 0);

    expect(studio.annotation.value.objects).toEqual([]);
    expect(decoding.preview).not.toHaveBeenCalled();
    expect(studio.notices.all.value).toHaveLength(1);
  });

  it("refines the mask that was chosen, which stands ready when the pointer comes near", async () => {
    const studio = await opened();
    const masks = [0.9, 0.8].map((predictedIou) => ({ ...MASK, predictedIou }));
    decoding.segment.mockResolvedValue({ candidates: masks, decodeMs: 1 });
    studio.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));
    const asked = studio.active.value!.prompt;
    studio.choose(1);
    await studio.hover(POINT);

    expect(decoding.recall).toHaveBeenLastCalledWith({ prompt: asked, mask: masks[1], index: 1 });

    studio.addPoint({ ...POINT, x: 0.75 }, 0);
    expect(decoding.segment).toHaveBeenLastCalledWith(expect.objectContaining({ refines: { prompt: asked, mask: masks[1], index: 1 } }));
  });

  it("keeps a mask that everything found only once", async () => {
    const studio = await opened();
    studio.keep([{ ...MASK, point: POINT }]);
    studio.keep([{ ...MASK, point: POINT }]);

    expect(studio.annotation.value.objects).toHaveLength(1);
    expect(studio.notices.all.value).toHaveLength(1);
    studio.undo();
    expect(studio.annotation.value.objects).toEqual([]);
  });

  it("brings back what was done on a picture, and asks for what was not answered", async () => {
    const present = addPoint(EMPTY, POINT);
    kept.work = { history: { past: [EMPTY], present, future: [] }, view: null };
    const studio = await opened();
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));

    expect(decoding.segment).toHaveBeenCalledWith(present.objects[0].prompt);
    studio.undo();
    expect(studio.annotation.value).toBe(EMPTY);
  });

  it("opens pictures that were dropped together one after another", async () => {
    const studio = new Studio({} as SegmentationClient);
    studio.opening.openAll(["a", "b", "c"].map((name) => ({ file: new Blob(), name })));
    await vi.waitFor(() => expect(studio.picture.value).toMatchObject({ name: "a", id: "sha256:00" }));
    expect(studio.opening.waiting.value.map(({ name }) => name)).toEqual(["b", "c"]);
    studio.opening.next();
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("b"));
    studio.opening.next();
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("c"));

    expect(studio.opening.waiting.value).toEqual([]);
  });

  it("asks for a click when the button goes down, and not again when it comes up", async () => {
    const studio = await opened();
    studio.press(POINT);
    studio.addPoint({ ...POINT }, 0);
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));

    expect(decoding.preview).toHaveBeenCalledOnce();
    expect(decoding.segment).not.toHaveBeenCalled();

    studio.press({ ...POINT, foreground: false });
    studio.addPoint({ ...POINT, foreground: false }, 0);
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));

    expect(decoding.preview).toHaveBeenCalledTimes(2);
    expect(decoding.segment).not.toHaveBeenCalled();
  });

  it("shows the best mask of a click, then the others, also where the click has been undone", async () => {
    const studio = await opened();
    const [best, other] = [0.9, 0.5].map((predictedIou) => ({ ...MASK, predictedIou }));
    let bring!: (all: Candidate[]) => void;
    const all = new Promise<Candidate[]>((resolve) => (bring = resolve));
    decoding.segment.mockResolvedValue({ candidates: [best], all, decodeMs: 1 });
    studio.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.shown.active.value?.candidates).toEqual([best]));

    studio.undo();
    bring([best, other]);
    await all;
    studio.redo();

    expect(studio.shown.active.value?.candidates).toEqual([best, other]);
    expect(studio.shown.active.value?.chosen).toBe(0);
  });

  it("asks again for a click whose early question was overtaken, or that is elsewhere", async () => {
    const studio = await opened();
    decoding.preview.mockRejectedValue(new SupersededError());
    studio.press(POINT);
    studio.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));

    expect(decoding.segment).toHaveBeenCalledOnce();

    decoding.preview.mockResolvedValue(ANSWER);
    studio.press({ ...POINT, x: 0.25 });
    studio.addPoint({ ...POINT, x: 0.75 }, 0);
    await vi.waitFor(() => expect(studio.active.value?.answered).toBe(true));

    expect(decoding.segment).toHaveBeenCalledTimes(2);
  });

  it("shows a click together with its mask, or by itself when the mask takes long", async () => {
    const studio = await opened();
    vi.useFakeTimers();
    try {
      let answer!: (answer: SegmentAnswer) => void;
      decoding.segment.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
      const shown: number[] = [];
      const stop = effect(() => {
        shown.push(studio.shown.drawn.value.objects.filter(({ answered }) => answered).length);
      });

      studio.addPoint(POINT, 0);
      expect(studio.isWaiting.value).toBe(true);
      expect(studio.shown.annotation.value.objects).toHaveLength(0);
      answer(ANSWER);
      await vi.advanceTimersByTimeAsync(0);
      expect(studio.shown.drawnActive.value?.answered).toBe(true);
      expect(shown).toEqual([0, 1]);
      expect(studio.shown.active.value).toBeUndefined();
      await vi.advanceTimersByTimeAsync(100);
      expect(studio.shown.active.value?.answered).toBe(true);

      studio.addPoint({ ...POINT, foreground: false }, 0);
      await vi.advanceTimersByTimeAsync(50);
      expect(studio.shown.active.value?.prompt.points).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(60);
      expect(studio.shown.active.value).toMatchObject({ answered: false, prompt: { points: [{}, {}] } });
      stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it("says what it has drawn as soon as that is on the screen", async () => {
    const studio = await opened();
    studio.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.shown.drawnActive.value?.answered).toBe(true));
    expect(studio.shown.active.value).toBeUndefined();
    studio.painted();

    await vi.waitFor(() => expect(studio.clickTimer.timings.value.values).toHaveLength(1), { interval: 1 });
    expect(studio.shown.active.value?.answered).toBe(true);
  });

  it("shows what was done meanwhile at once, and a click that failed", async () => {
    const studio = await opened();
    let fail!: (error: Error) => void;
    decoding.segment.mockImplementation(() => new Promise((_, reject) => (fail = reject)));

    studio.addPoint(POINT, 0);
    studio.undo();
    expect(studio.shown.annotation.value).toBe(studio.annotation.value);
    studio.redo();
    expect(studio.shown.annotation.value.objects).toHaveLength(0);
    fail(new Error("The server said no."));

    await vi.waitFor(() => expect(studio.shown.annotation.value.objects).toHaveLength(1));
    expect(studio.notices.all.value.map(({ words }) => words)).toEqual(["The server said no."]);
  });

  it("shows the picture that was chosen last, however late the one before comes", async () => {
    const studio = new Studio({} as SegmentationClient);
    let arrive: (incoming: Incoming) => void = () => undefined;
    const slow = studio.open(new Promise<Incoming>((resolve) => (arrive = resolve)));
    void studio.open({ file: new Blob(), name: "chosen last" });
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("chosen last"));
    arrive({ file: new Blob(), name: "chosen first" });
    await slow;

    expect(studio.picture.value?.name).toBe("chosen last");
  });
});
async function opened(): Promise<Studio> {
  const studio = new Studio({} as SegmentationClient);
  await studio.open({ file: new Blob(), name: "a picture" });
  return studio;
}

