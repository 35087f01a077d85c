import { effect, signal } from "@preact/signals";
import { type SegmentationClient, SupersededError } from "segmentation-client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Access } from "../src/access/Access";
import { addPoint, EMPTY } from "../src/annotation/Annotation";
import type { Candidate } from "../src/annotation/types";
import { Studio } from "../src/app/Studio";
import type { KeepingSource } from "../src/keeping/Keeper";
import type { Work } from "../src/keeping/KeptWork";
import type { Incoming } from "../src/picture/incoming";
import type { SegmentAnswer } from "../src/segmenting/Segmenter";

vi.mock("../src/picture/Picture", () => ({
  readPicture: (file: Blob, name: string) =>
    Promise.resolve({ file, original: file, name, width: 1, height: 1, pyramid: { close: () => undefined }, id: null, encodeMs: 0, model: "" }),
}));
vi.mock("../src/shared/hash", () => ({ hashOf: () => Promise.resolve("00") }));
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
const router = vi.hoisted(() => ({
  place: { value: "server" },
  leave: () => undefined,
  open: () => undefined,
  preview: vi.fn<() => Promise<SegmentAnswer>>(),
  segment: vi.fn<() => Promise<SegmentAnswer>>(),
  recall: vi.fn<() => void>(),
}));
vi.mock("../src/segmenting/routing/SegmenterRouter", () => ({
  SegmenterRouter: class {
    constructor() {
      return router;
    }
  },
}));

/** A server that needs no credential. */
const access = { may: () => true, missing: signal([]) } as unknown as Access;
const ANSWER: SegmentAnswer = { candidates: [], decodeMs: 1 };
const MASK: Candidate = {
  runs: { width: 2, height: 1, counts: Uint32Array.of(1, 1) }, area: 1, box: { x: 1, y: 0, width: 1, height: 1 },
  predictedIou: 0.5, stabilityScore: 1,
};
const POINT = { x: 0.5, y: 0.5, foreground: true };

describe("the studio", () => {
  beforeEach(() => {
    router.preview.mockReset().mockResolvedValue(ANSWER);
    router.segment.mockReset().mockResolvedValue(ANSWER);
    router.recall.mockReset();
    kept.work = undefined;
  });

  it("takes nothing away where there is nothing, and says so", async () => {
    const studio = await opened();
    studio.editor.press({ ...POINT, foreground: false });
    studio.editor.addPoint({ ...POINT, foreground: false }, 0);

    expect(studio.editor.annotation.value.objects).toEqual([]);
    expect(router.preview).not.toHaveBeenCalled();
    expect(studio.notices.all.value).toHaveLength(1);
  });

  it("refines the mask that was chosen, which stands ready when the pointer comes near", async () => {
    const studio = await opened();
    const masks = [0.9, 0.8].map((predictedIou) => ({ ...MASK, predictedIou }));
    router.segment.mockResolvedValue({ candidates: masks, decodeMs: 1 });
    studio.editor.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));
    const asked = studio.editor.active.value!.prompt;
    studio.editor.choose(1);
    await studio.editor.hover(POINT);

    expect(router.recall).toHaveBeenLastCalledWith({ prompt: asked, mask: masks[1], index: 1 });

    studio.editor.addPoint({ ...POINT, x: 0.75 }, 0);
    expect(router.segment).toHaveBeenLastCalledWith(expect.objectContaining({ refines: { prompt: asked, mask: masks[1], index: 1 } }));
  });

  it("keeps a mask that everything found only once", async () => {
    const studio = await opened();
    studio.everything.keep([{ ...MASK, point: POINT }]);
    studio.everything.keep([{ ...MASK, point: POINT }]);

    expect(studio.editor.annotation.value.objects).toHaveLength(1);
    expect(studio.notices.all.value).toHaveLength(1);
    studio.editor.undo();
    expect(studio.editor.annotation.value.objects).toEqual([]);
  });

  it("brings back what was done on a picture, and asks for what was not answered", async () => {
    const present = addPoint(EMPTY, POINT);
    kept.work = { history: { past: [EMPTY], present, future: [] }, view: null };
    const studio = await opened();
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));

    expect(router.segment).toHaveBeenCalledWith(present.objects[0].prompt);
    studio.editor.undo();
    expect(studio.editor.annotation.value).toBe(EMPTY);
  });

  it("opens pictures that were dropped together one after another", async () => {
    const studio = new Studio({} as SegmentationClient, access);
    studio.session.opening.openAll(["a", "b", "c"].map((name) => ({ file: new Blob(), name })));
    await vi.waitFor(() => expect(studio.picture.value).toMatchObject({ name: "a", id: "sha256:00" }));
    expect(studio.session.opening.waiting.value.map(({ name }) => name)).toEqual(["b", "c"]);
    studio.session.opening.next();
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("b"));
    studio.session.opening.next();
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("c"));

    expect(studio.session.opening.waiting.value).toEqual([]);
  });

  it("asks for a click when the button goes down, and not again when it comes up", async () => {
    const studio = await opened();
    studio.editor.press(POINT);
    studio.editor.addPoint({ ...POINT }, 0);
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));

    expect(router.preview).toHaveBeenCalledOnce();
    expect(router.segment).not.toHaveBeenCalled();

    studio.editor.press({ ...POINT, foreground: false });
    studio.editor.addPoint({ ...POINT, foreground: false }, 0);
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));

    expect(router.preview).toHaveBeenCalledTimes(2);
    expect(router.segment).not.toHaveBeenCalled();
  });

  it("shows the best mask of a click, then the others, also where the click has been undone", async () => {
    const studio = await opened();
    const [best, other] = [0.9, 0.5].map((predictedIou) => ({ ...MASK, predictedIou }));
    let bring!: (all: Candidate[]) => void;
    const all = new Promise<Candidate[]>((resolve) => (bring = resolve));
    router.segment.mockResolvedValue({ candidates: [best], all, decodeMs: 1 });
    studio.editor.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.editor.shown.active.value?.candidates).toEqual([best]));

    studio.editor.undo();
    bring([best, other]);
    await all;
    studio.editor.redo();

    expect(studio.editor.shown.active.value?.candidates).toEqual([best, other]);
    expect(studio.editor.shown.active.value?.chosen).toBe(0);
  });

  it("asks again for a click whose early question was overtaken, or that is elsewhere", async () => {
    const studio = await opened();
    router.preview.mockRejectedValue(new SupersededError());
    studio.editor.press(POINT);
    studio.editor.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));

    expect(router.segment).toHaveBeenCalledOnce();

    router.preview.mockResolvedValue(ANSWER);
    studio.editor.press({ ...POINT, x: 0.25 });
    studio.editor.addPoint({ ...POINT, x: 0.75 }, 0);
    await vi.waitFor(() => expect(studio.editor.active.value?.answered).toBe(true));

    expect(router.segment).toHaveBeenCalledTimes(2);
  });

  it("shows a click together with its mask, or by itself when the mask takes long", async () => {
    const studio = await opened();
    vi.useFakeTimers();
    try {
      let answer!: (answer: SegmentAnswer) => void;
      router.segment.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
      const shown: number[] = [];
      const stop = effect(() => {
        shown.push(studio.editor.shown.drawn.value.objects.filter(({ answered }) => answered).length);
      });

      studio.editor.addPoint(POINT, 0);
      expect(studio.editor.isWaiting.value).toBe(true);
      expect(studio.editor.shown.annotation.value.objects).toHaveLength(0);
      answer(ANSWER);
      await vi.advanceTimersByTimeAsync(0);
      expect(studio.editor.shown.drawnActive.value?.answered).toBe(true);
      expect(shown).toEqual([0, 1]);
      expect(studio.editor.shown.active.value).toBeUndefined();
      await vi.advanceTimersByTimeAsync(100);
      expect(studio.editor.shown.active.value?.answered).toBe(true);

      studio.editor.addPoint({ ...POINT, foreground: false }, 0);
      await vi.advanceTimersByTimeAsync(50);
      expect(studio.editor.shown.active.value?.prompt.points).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(60);
      expect(studio.editor.shown.active.value).toMatchObject({ answered: false, prompt: { points: [{}, {}] } });
      stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it("says what it has drawn as soon as that is on the screen", async () => {
    const studio = await opened();
    studio.editor.addPoint(POINT, 0);
    await vi.waitFor(() => expect(studio.editor.shown.drawnActive.value?.answered).toBe(true));
    expect(studio.editor.shown.active.value).toBeUndefined();
    studio.editor.painted();

    await vi.waitFor(() => expect(studio.editor.clickTimer.timings.value.values).toHaveLength(1), { interval: 1 });
    expect(studio.editor.shown.active.value?.answered).toBe(true);
  });

  it("shows what was done meanwhile at once, and a click that failed", async () => {
    const studio = await opened();
    let fail!: (error: Error) => void;
    router.segment.mockImplementation(() => new Promise((_, reject) => (fail = reject)));

    studio.editor.addPoint(POINT, 0);
    studio.editor.undo();
    expect(studio.editor.shown.annotation.value).toBe(studio.editor.annotation.value);
    studio.editor.redo();
    expect(studio.editor.shown.annotation.value.objects).toHaveLength(0);
    fail(new Error("The server said no."));

    await vi.waitFor(() => expect(studio.editor.shown.annotation.value.objects).toHaveLength(1));
    expect(studio.notices.all.value.map(({ words }) => words)).toEqual(["The server said no."]);
  });

  it("shows the picture that was chosen last, however late the one before comes", async () => {
    const studio = new Studio({} as SegmentationClient, access);
    let arrive: (incoming: Incoming) => void = () => undefined;
    const slow = studio.session.open(new Promise<Incoming>((resolve) => (arrive = resolve)));
    void studio.session.open({ file: new Blob(), name: "chosen last" });
    await vi.waitFor(() => expect(studio.picture.value?.name).toBe("chosen last"));
    arrive({ file: new Blob(), name: "chosen first" });
    await slow;

    expect(studio.picture.value?.name).toBe("chosen last");
  });
});
async function opened(): Promise<Studio> {
  const studio = new Studio({} as SegmentationClient, access);
  await studio.session.open({ file: new Blob(), name: "a picture" });
  return studio;
}

