import { afterEach, describe, expect, it, vi } from "vitest";
import { Code, SegmentationError } from "segmentation-client";
import { create, ProjectsError, ShareSchema } from "segmentation-client/projects";
import { groups } from "../../src/figures/FiguresPage";
import { niceTop } from "../../src/projects/BarChart";
import { csvOf } from "../../src/projects/downloadTable";
import { Fetched } from "../../src/projects/Fetched";
import { namesIn } from "../../src/projects/namesIn";
import { RequestIds } from "../../src/projects/RequestIds";
import { Sending } from "../../src/projects/Sending";
import { watching } from "../../src/projects/watching";
import { intervalOf, shareOf } from "../../src/review/shares";
import { bytesOf, dayOf, durationOf } from "../../src/texts/projects/texts";
import { language } from "../../src/texts/texts";

afterEach(() => {
  language.value = "en";
});

describe("pasted names", () => {
  it("are lines, or else words between commas, each once", () => {
    expect(namesIn("car\r\n road, wet \n\ncar\n")).toEqual(["car", "road, wet"]);
    expect(namesIn("car, person; car")).toEqual(["car", "person"]);
    expect(namesIn(" \n ")).toEqual([]);
  });
});

describe("a request", () => {
  it("is not sent twice at once, and says which field is wrong", async () => {
    const sending = new Sending();
    const error = new ProjectsError(
      Code.InvalidArgument,
      "Wrong.",
      [
        { field: "project.name", description: "Taken." },
        { field: "labels[2]", description: "Empty." },
      ],
      [],
    );
    let reject: (error: unknown) => void = () => undefined;
    const first = sending.send(() => new Promise((_, refuse) => (reject = refuse)));
    const request = vi.fn(() => Promise.resolve());
    expect(await sending.send(request)).toBe(false);
    expect(request).not.toHaveBeenCalled();
    reject(error);

    expect(await first).toBe(false);
    expect([sending.problemOf("name"), sending.problemOf("labels"), sending.problemOf("color")]).toEqual([
      "Taken.",
      "Empty.",
      undefined,
    ]);
    expect(sending.otherThan(["name", "labels"])).toBeUndefined();
    expect(sending.otherThan(["name"])).toBe(error);

    expect(await sending.send(request)).toBe(true);
    expect(sending.error.value).toBeUndefined();
  });
});

describe("the id of a request", () => {
  it("stays until the request has succeeded, and is another one for other values", () => {
    const ids = new RequestIds();
    const first = ids.of({ format: "coco", filter: { job: 3n } });

    expect(ids.of({ format: "coco", filter: { job: 3n } })).toBe(first);
    expect(ids.of({ format: "voc", filter: { job: 3n } })).not.toBe(first);
    const again = ids.of({ format: "coco", filter: { job: 3n } });
    ids.succeeded();
    expect(ids.of({ format: "coco", filter: { job: 3n } })).not.toBe(again);
  });
});

describe("what is read from the server", () => {
  it("stays while it is read again, and is not replaced by an older answer", async () => {
    const answers: ((value: string) => void)[] = [];
    const fetched = new Fetched(() => new Promise<string>((resolve) => answers.push(resolve)));
    const first = fetched.reload();
    const second = fetched.reload();
    answers[1]("new");
    await second;
    answers[0]("old");
    await first;

    expect(fetched.value.value).toBe("new");
  });
});

describe("a watch", () => {
  it("begins again after a lost connection, and ends with the server's stream", async () => {
    let begun = 0;
    const news: number[] = [];

    await watching(
      async function* () {
        begun++;
        yield begun;
        if (begun < 3) {
          throw new SegmentationError(Code.Unavailable, "Lost.", 1);
        }
      },
      (value) => news.push(value),
      new AbortController().signal,
    );

    expect(news).toEqual([1, 2, 3]);
  });

  it("ends with a refusal and with its signal", async () => {
    const refused = vi.fn(async function* (): AsyncGenerator<number> {
      throw new SegmentationError(Code.NotFound, "Gone.");
    });
    await watching(refused, () => undefined, new AbortController().signal);
    expect(refused).toHaveBeenCalledOnce();

    const ending = new AbortController();
    const lost = vi.fn(async function* (): AsyncGenerator<number> {
      ending.abort();
      throw new SegmentationError(Code.Unavailable, "Lost.", 60_000);
    });
    await watching(lost, () => undefined, ending.signal);
    expect(lost).toHaveBeenCalledOnce();
  });
});

describe("a table", () => {
  it("is CSV whose cells are no formulas", () => {
    expect(
      csvOf([
        ["item", "reason"],
        ["a,b.jpg", 'no "picture"'],
        ["=1+1", "line\nbreak"],
      ]),
    ).toBe('item,reason\r\n"a,b.jpg","no ""picture"""\r\n\'=1+1,"line\nbreak"\r\n');
  });
});

describe("plots", () => {
  it("end at a round number above their values", () => {
    expect([0.3, 1, 7, 12, 49, 51, 1000, 1001].map(niceTop)).toEqual([0.5, 1, 10, 20, 50, 100, 1000, 2000]);
  });

  it("group histograms up to the last value", () => {
    expect(groups([1, 0, 2, 0, 0], 20)).toEqual([
      { name: "0", value: 1 },
      { name: "1", value: 0 },
      { name: "2", value: 2 },
    ]);
    expect(groups([1, 1, 1, 1, 1], 2)).toEqual([
      { name: "0–2", value: 3 },
      { name: "3–5", value: 2 },
    ]);
    expect(groups([0, 0], 20)).toEqual([]);
  });
});

describe("shares", () => {
  it("are written with their intervals, and as dashes where nothing was measured", () => {
    const share = create(ShareSchema, { value: 0.94, low: 0.925, high: 0.951 });

    expect(shareOf(share, 3)).toBe("94.0%");
    expect(intervalOf(share, 3)).toMatch(/^92\.5%\s–\s95\.1%$/);
    expect(intervalOf(create(ShareSchema, { value: 1, low: 1, high: 1 }), 3)).toBe("100.0%");
    expect([shareOf(share, 0), intervalOf(undefined, 3)]).toEqual(["–", "–"]);
    language.value = "de";
    expect(shareOf(share, 3)).toMatch(/^94,0\s%$/);
  });
});

describe("sizes and durations", () => {
  it("are written in the unit that suits them", () => {
    expect([0, 999, 12_345, 5_600_000, 7.89e9].map(bytesOf)).toEqual([
      "0 bytes",
      "999 bytes",
      "12 kB",
      "5.6 MB",
      "7.9 GB",
    ]);
    expect([0.4, 59, 61, 3725, 90_000].map(durationOf)).toEqual([
      "0 sec",
      "59 sec",
      "1 min 1 sec",
      "1 hr 2 min",
      "25 hr 0 min",
    ]);
    expect(dayOf("2026-11-05")).toBe("Nov 5");
    language.value = "de";
    expect(bytesOf(5_600_000)).toBe("5,6 MB");
    expect(dayOf("2026-11-05")).toBe("5. Nov.");
  });
});
