import "fake-indexeddb/auto";
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addPoint, answer, type Annotation, EMPTY, finishObject } from "../src/annotation/Annotation";
import { advance, begin, type History } from "../src/annotation/History";
import type { Candidate } from "../src/annotation/types";
import { Notices } from "../src/shared/Notices";
import { Keeper } from "../src/keeping/Keeper";
import { ChangedElsewhereError, KeptPictures, type Saving } from "../src/keeping/KeptPictures";
import { type KeptWork, pack, unpack, type Work } from "../src/keeping/KeptWork";
import type { Picture } from "../src/picture/Picture";

const POINT = { x: 3, y: 4, foreground: true };
const VIEW = { scale: 2, x: 1, y: 3 };
const MASK: Candidate = {
  runs: { width: 2, height: 1, counts: Uint32Array.of(1, 1) }, area: 1, box: { x: 1, y: 0, width: 1, height: 1 },
  predictedIou: 0.5, stabilityScore: 1,
};

/** An object that was answered and refined, and another one begun. */
function workOn(mask = MASK): Work {
  const one = advance(begin(EMPTY), addPoint(EMPTY, POINT));
  const answered = answer(one.present, 1, one.present.objects[0].prompt, [mask]);
  const refined = advance({ ...one, present: answered }, addPoint(answered, POINT));
  return { history: advance(refined, addPoint(finishObject(refined.present), POINT)), view: VIEW };
}

function saving(hash: string, used = 1): Saving {
  return { hash, name: `${hash}.png`, width: 2, height: 1, objects: 2, used, thumbnail: null, work: pack(workOn()) };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe("work that is kept", () => {
  it("comes back as it was, and steps share what they shared", () => {
    const work = workOn();
    const read = unpack(structuredClone(pack(work)))!;

    expect(read).toEqual(work);
    const { present, past } = read.history;
    expect(present.objects[0]).toBe(past[2].objects[0]);
    expect(present.objects[0].prompt.refines?.prompt).toBe(past[1].objects[0].prompt);
  });

  it("of an earlier version is read: fields that did not exist mean what they meant", () => {
    const object = { id: 1, name: "Cup", colour: "#2dd4bf", prompt: { points: [POINT], box: null } };
    const stored = {
      version: 1, history: { past: [], present: { objects: [object], activeId: null, nextId: 2 }, future: [] },
    } as unknown as KeptWork;

    expect(unpack(stored)).toMatchObject({
      view: null,
      history: {
        present: {
          objects: [{
            name: "Cup", labelId: null, pattern: 0, hidden: false, candidates: [], chosen: 0, answered: false,
          }],
        },
      },
    });
  });

  it("has fields that this version does not know, and of a later version is not touched", () => {
    const present = { ...workOn().history.present, classes: ["cup"] } as Annotation;
    const stored = pack({ history: begin(present), view: null });

    expect(unpack(structuredClone(stored))!.history.present).toHaveProperty("classes", ["cup"]);
    expect(unpack({ ...stored, version: 1000 })).toBeNull();
  });

  it("asks again for an answer whose rest had not come", () => {
    const { history } = workOn({ ...MASK, stabilityScore: NaN });
    const read = unpack(pack({ history: begin(history.past[2]), view: null }))!;

    expect(read.history.present.objects[0].answered).toBe(false);
  });

  it("has fewer steps where there are many objects", () => {
    const many: Annotation = { ...EMPTY, objects: Array.from({ length: 20_000 }, () => workOn().history.present.objects[0]) };
    const history: History<Annotation> = { past: [EMPTY, many, many, many], present: many, future: [many] };

    expect(pack({ history, view: null }).history.past).toHaveLength(1);
  });
});

describe("the browser's database", () => {
  it("gives back what was saved, and lists it, the last used first", async () => {
    const store = new KeptPictures();
    await store.save(saving("a", 1), undefined);
    await store.save(saving("b", 2), undefined);
    await store.keepFile("a", new Blob(["1234"]));
    const { work } = (await store.work("a"))!;

    expect(unpack(work)).toEqual(workOn());
    expect((await store.list()).map(({ hash, bytes }) => [hash, bytes])).toEqual([["b", 0], ["a", 4]]);
    await store.forget("a");
    expect([await store.work("a"), await store.file("a"), (await store.list()).length]).toEqual([undefined, undefined, 1]);
  });

  it("lets nobody overwrite what another tab has saved since", async () => {
    const [here, there] = [new KeptPictures(), new KeptPictures()];
    const seen = await here.save(saving("a"), undefined);
    const other = await there.save(saving("a"), seen);

    await expect(here.save(saving("a"), seen)).rejects.toBeInstanceOf(ChangedElsewhereError);
    expect((await here.work("a"))!.revision).toBe(other);
    await here.save(saving("a"), null);
    await expect(there.save(saving("a"), other)).rejects.toBeInstanceOf(ChangedElsewhereError);
  });

  it("drops the files that were used least recently, never what was done on them", async () => {
    const store = new KeptPictures(10);
    for (const [index, hash] of ["a", "b", "c"].entries()) {
      await store.save(saving(hash, index), undefined);
    }
    expect(await store.keepFile("a", new Blob(["12345"]))).toEqual([]);
    expect(await store.keepFile("b", new Blob(["1234"]))).toEqual([]);
    expect(await store.keepFile("c", new Blob(["12345"]))).toEqual(["a.png"]);
    expect(await store.keepFile("b", new Blob(["12345678901"]))).toBeNull();

    expect((await store.list()).map(({ bytes }) => bytes)).toEqual([5, 4, 0]);
    expect(await store.file("a")).toBeUndefined();
    expect(await store.work("a")).toBeDefined();
  });
});

describe("keeping", () => {
  const listeners = new Map<string, () => void>();

  beforeEach(() => {
    listeners.clear();
    vi.stubGlobal("addEventListener", (name: string, listener: () => void) => listeners.set(name, listener));
    vi.stubGlobal("removeEventListener", (name: string) => listeners.delete(name));
    vi.stubGlobal("document", {
      hidden: true, addEventListener: () => undefined, documentElement: { toggleAttribute: () => undefined },
    });
    // Other tabs are another test's; what they tell is seen in a browser (tests/Browser).
    vi.stubGlobal("BroadcastChannel", class {
      postMessage = () => undefined;
    });
    vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  function open(store = new KeptPictures()) {
    const notices = new Notices();
    let work: Work = { history: begin(EMPTY), view: null };
    const resumed: Work[] = [];
    const keeper = new Keeper({ work: () => work, resume: (one) => resumed.push(one) }, notices, store);
    const original = new Blob(["picture"]);
    const picture = {
      original, name: "cup.png", width: 2, height: 1, thumbnail: Promise.resolve(null),
    } as unknown as Picture;
    const change = (next: Work) => {
      work = next;
      keeper.changed(true);
    };
    return { keeper, notices, picture, change, resumed, store };
  }

  it("saves a change, and only asks before leaving while it is not saved", async () => {
    const { keeper, picture, change, store } = open();
    await keeper.begin(picture, "a");
    await keeper.flush();
    expect(listeners.has("beforeunload")).toBe(false);
    change(workOn());
    expect(listeners.has("beforeunload")).toBe(true);
    const saved = keeper.flush();
    expect([keeper.state.value, listeners.has("beforeunload")]).toEqual(["saving", true]);
    await saved;

    expect([keeper.state.value, listeners.has("beforeunload")]).toEqual(["kept", false]);
    expect(unpack((await store.work("a"))!.work)).toEqual(workOn());
    expect(await store.list()).toMatchObject([{ name: "cup.png", objects: 2, bytes: 7 }]);
  });

  it("saves by itself, and when the page is put aside", async () => {
    const { keeper, picture, change, store } = open();
    await keeper.begin(picture, "a");
    change(workOn());
    await vi.waitFor(() => expect(keeper.state.value).toBe("kept"));
    change({ ...workOn(), view: null });
    listeners.get("pagehide")!();
    await vi.waitFor(async () => expect((await store.work("a"))!.work.view).toBeNull());
  });

  it("brings back what was done, and saves the picture before when another is opened", async () => {
    const first = open();
    await first.keeper.begin(first.picture, "a");
    first.change(workOn());
    await first.keeper.begin(first.picture, "b");
    await vi.waitFor(async () => expect((await first.store.work("a"))?.work.history.present.objects).toHaveLength(2));
    const second = open();
    await second.keeper.begin(second.picture, "a");

    expect(second.resumed).toEqual([workOn()]);
  });

  it("overwrites nothing that another tab did: the user says which is kept", async () => {
    const [here, there] = [open(), open()];
    await here.keeper.begin(here.picture, "a");
    await here.keeper.flush();
    await there.keeper.begin(there.picture, "a");
    there.change(workOn());
    await there.keeper.flush();
    here.change({ ...workOn(), view: null });
    await here.keeper.flush();

    expect(here.keeper.state.value).toBe("elsewhere");
    expect(listeners.has("beforeunload")).toBe(true);
    expect((await here.store.work("a"))!.work.view).toEqual(VIEW);
    const [theirs] = here.notices.all.value.flatMap(({ actions }) => actions);
    theirs.run();
    await vi.waitFor(() => expect(here.resumed).toEqual([workOn()]));
  });

  it("makes room when the browser gives no more, then says in words that nothing is kept", async () => {
    const { keeper, notices, picture, change, store } = open();
    await store.save(saving("old"), undefined);
    await store.keepFile("old", new Blob(["1"]));
    await keeper.begin(picture, "a");
    await keeper.flush();
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, ...values) {
      if (this.name === "works") {
        throw new DOMException("full", "QuotaExceededError");
      }
      return put.apply(this, values);
    });
    change(workOn());
    await keeper.flush();

    expect(keeper.state.value).toBe("failed");
    expect(listeners.has("beforeunload")).toBe(true);
    expect(notices.all.value.map(({ words }) => words)).toEqual([
      expect.stringContaining("old.png"), expect.stringContaining("no room left"),
    ]);
    vi.restoreAllMocks();
    change(workOn());
    await keeper.flush();
    expect(keeper.state.value).toBe("kept");
  });

  it("leaves work of a later version as it is", async () => {
    const { keeper, picture, change, store } = open();
    const work = { ...pack(workOn()), version: 1000 };
    await store.save({ ...saving("a"), work }, undefined);
    await keeper.begin(picture, "a");
    change({ ...workOn(), view: null });
    await keeper.flush();

    expect(keeper.state.value).toBe("failed");
    expect((await store.work("a"))!.work).toEqual(work);
  });
});
