import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Code, SegmentationError } from "segmentation-client";
import { create, PictureFilterSchema, type ProjectsClient } from "segmentation-client/projects";
import { type GridMeasures, layOut, scrollTo } from "../../src/gallery/gridLayout";
import { PAGE, PictureList } from "../../src/gallery/PictureList";
import { Selection } from "../../src/gallery/Selection";
import { Thumbnails } from "../../src/gallery/Thumbnails";

const MEASURES: GridMeasures = {
  count: 100_000,
  width: 1000,
  height: 800,
  tile: 150,
  caption: 22,
  gap: 10,
  scrolled: 0,
};

describe("the layout of a grid", () => {
  it("makes only the tiles in sight and a margin, of any number", () => {
    const top = layOut(MEASURES);
    const middle = layOut({ ...MEASURES, scrolled: 1_000_000 });

    expect(top.columns).toBe(6);
    expect([top.from, top.top]).toEqual([0, 0]);
    expect(top.to).toBeLessThan(60);
    expect(middle.to - middle.from).toBeLessThan(72);
    expect(middle.from % 6).toBe(0);
    expect(middle.top).toBeLessThanOrEqual(1_000_000);
    expect(middle.top + Math.ceil((middle.to - middle.from) / 6) * middle.rowHeight).toBeGreaterThanOrEqual(1_000_800);
  });

  it.each([1000, 300])("shows the last tile at the end of the scroll, %i pixels wide", (width) => {
    const measures = { ...MEASURES, width, tile: 240 };
    const { totalHeight } = layOut(measures);
    const end = layOut({ ...measures, scrolled: totalHeight - 800 });

    expect(totalHeight).toBeLessThanOrEqual(15_000_000);
    expect(end.to).toBe(100_000);
    expect(end.top + Math.ceil((end.to - end.from) / end.columns) * end.rowHeight).toBeCloseTo(totalHeight, 3);
  });

  it("of nothing is empty, and of a narrow page has one column", () => {
    expect(layOut({ ...MEASURES, count: 0 })).toMatchObject({ from: 0, to: 0, totalHeight: 0 });
    expect(layOut({ ...MEASURES, width: 90 }).columns).toBe(1);
  });

  it("scrolls by the least that shows a tile", () => {
    const { rowHeight } = layOut(MEASURES);

    expect(scrollTo(7, MEASURES)).toBe(0);
    expect(scrollTo(6 * 10, MEASURES)).toBe(11 * rowHeight - 800);
    expect(scrollTo(0, { ...MEASURES, scrolled: 5000 })).toBe(0);
    for (const index of [0, 54_321, 99_999]) {
      const wide = { ...MEASURES, width: 300, tile: 240, scrolled: 1_234_567 };
      const { from, to } = layOut({ ...wide, scrolled: scrollTo(index, wide) });
      expect(from <= index && index < to).toBe(true);
    }
  });
});

interface Asked {
  readonly skip: number;
  readonly pageToken: string;
  readonly count: boolean;
  readonly signal: AbortSignal;
  readonly answer: () => void;
  readonly fail: (error: unknown) => void;
}

/** A server with so many pictures, whose answers the test sends. */
function serving(total: number) {
  const asked: Asked[] = [];
  const listPictures = (
    request: { skip: number; pageToken: string; pageSize: number; count: boolean },
    { signal }: { signal: AbortSignal },
  ) =>
    new Promise((resolve, reject) => {
      const first = request.pageToken ? Number(request.pageToken) : request.skip;
      asked.push({
        ...request,
        signal,
        fail: reject,
        answer: () =>
          resolve({
            pictures: Array.from({ length: Math.min(request.pageSize, total - first) }, (_, i) => ({
              id: BigInt(first + i + 1),
            })),
            nextPageToken: first + request.pageSize < total ? String(first + request.pageSize) : "",
            totalSize: request.count ? BigInt(total) : 0n,
          }),
      });
    });
  const client = { pictures: { listPictures } } as unknown as ProjectsClient;
  return { asked, list: new PictureList(client, { project: "p", filter: create(PictureFilterSchema), orderBy: "" }) };
}

describe("a list of pictures", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("counts with its first page, goes on by token and jumps by number", async () => {
    const { asked, list } = serving(100_000);

    list.show(0, 50);
    expect(asked).toMatchObject([{ skip: 0, pageToken: "", count: true }]);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(list.total.value).toBe(100_000);
    expect(list.at(49)?.id).toBe(50n);

    list.show(90, 130);
    await vi.advanceTimersByTimeAsync(100);
    expect(asked[1]).toMatchObject({ skip: 0, pageToken: "100", count: false });
    list.show(50_000, 50_050);
    await vi.advanceTimersByTimeAsync(100);
    expect(asked[2]).toMatchObject({ skip: 50_000, pageToken: "" });
    asked[2].answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(list.at(50_007)?.id).toBe(50_008n);
  });

  it("asks for nothing that is only scrolled by, and gives up what is", async () => {
    const { asked, list } = serving(100_000);
    list.show(0, 50);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);

    for (let index = 1000; index < 60_000; index += 1000) {
      list.show(index, index + 50);
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toHaveLength(2);

    list.show(0, 50);
    expect(asked[1].signal.aborted).toBe(true);
    asked[1].answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(list.at(59_000)).toBeUndefined();
  });

  it("says why a page could not be read, and reads it again", async () => {
    const { asked, list } = serving(5);
    list.show(0, 5);
    asked[0].fail(new SegmentationError(Code.Unavailable, "Away."));
    await vi.advanceTimersByTimeAsync(0);
    expect(list.error.value).toMatchObject({ message: "Away." });

    const reloaded = list.reload();
    asked[1].answer();
    await reloaded;
    expect(list.error.value).toBeUndefined();
    expect(list.total.value).toBe(5);
  });

  it("reads again what is in sight, and counts again", async () => {
    const { asked, list } = serving(1000);
    list.show(0, 5);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);
    list.show(510, 520);
    await vi.advanceTimersByTimeAsync(100);
    asked[1].answer();
    await vi.advanceTimersByTimeAsync(0);

    const reloaded = list.reload();
    expect(asked[2]).toMatchObject({ skip: 500, pageToken: "", count: true });
    expect(list.at(515)).toBeDefined();
    asked[2].answer();
    await reloaded;
    expect(list.at(0)).toBeUndefined();
  });

  it("gives the ids of a range, and reads what is not here a thousand at once", async () => {
    const { asked, list } = serving(100_000);
    list.show(0, 5);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(await list.idsBetween(9, 7)).toEqual([8n, 9n, 10n]);
    expect(asked).toHaveLength(1);

    const ids = list.idsBetween(2594, 95);
    for (let page = 1; page <= 3; page++) {
      await vi.advanceTimersByTimeAsync(0);
      asked[page].answer();
    }
    expect(await ids).toEqual(Array.from({ length: 2500 }, (_, i) => BigInt(96 + i)));
    expect(asked.slice(1).map(({ skip, pageToken }) => [skip, pageToken])).toEqual([
      [95, ""],
      [0, "1095"],
      [0, "2095"],
    ]);
  });

  it("puts changed pictures where they were", async () => {
    const { asked, list } = serving(PAGE);
    list.show(0, 5);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(0);
    const before = list.version.value;

    list.replace([{ ...list.at(3)!, priority: 7 }]);

    expect(list.at(3)).toMatchObject({ id: 4n, priority: 7 });
    expect(list.version.value).toBeGreaterThan(before);
  });
});

describe("a selection", () => {
  it("is toggled, extended from the last toggle, and cleared", async () => {
    const selection = new Selection();
    selection.toggle(3n, 2);
    selection.toggle(9n, 8);
    selection.toggle(3n, 2);
    expect([...selection.ids.value]).toEqual([9n]);

    await selection.extend(4, (first, last) => Promise.resolve([first, last].map(BigInt)));
    expect([...selection.ids.value]).toEqual([9n, 2n, 4n]);
    selection.clear();
    expect(selection.ids.value.size).toBe(0);
  });

  it("forgets an extension whose ids come after another click", async () => {
    const selection = new Selection();
    let answer: (ids: bigint[]) => void = () => undefined;
    const extended = selection.extend(4, () => new Promise((resolve) => (answer = resolve)));
    selection.clear();
    answer([1n, 2n]);
    await extended;

    expect(selection.ids.value.size).toBe(0);
  });
});

describe("thumbnails", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("are read six at once, in the order of sight, and given up out of sight", async () => {
    vi.stubGlobal("createImageBitmap", () => Promise.resolve({ close: () => undefined }));
    const asked: { readonly picture: bigint; readonly signal: AbortSignal; readonly answer: () => void }[] = [];
    const client = {
      thumbnail: (_: string, picture: bigint, signal: AbortSignal) =>
        new Promise((resolve) => {
          asked.push({ picture, signal, answer: () => resolve(new Blob()) });
        }),
    } as unknown as ProjectsClient;
    const thumbnails = new Thumbnails(client, "p");
    const come = vi.fn();
    thumbnails.watch(1n, come);

    thumbnails.want(Array.from({ length: 20 }, (_, i) => BigInt(i + 1)));
    expect(asked.map(({ picture }) => picture)).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
    asked[0].answer();
    await vi.waitFor(() => expect(asked).toHaveLength(7));
    expect(come).toHaveBeenCalledOnce();
    expect(thumbnails.of(1n)).toBeTruthy();

    thumbnails.want([100n]);
    expect(asked.slice(1, 7).every(({ signal }) => signal.aborted)).toBe(true);
    expect(asked.at(-1)?.picture).toBe(100n);
  });
});
