import { describe, expect, it } from "vitest";
import { decodeCounts, fromPixels, toPixels } from "segmentation-client/rle";
import { inflateSync } from "node:zlib";
import { addLabel, NO_LABELS } from "../src/annotation/labels";
import { snippetsOf } from "../src/app/code";
import { toCoco, toSa1b } from "../src/exports/coco";
import { toLabelMap } from "../src/exports/labelMap";
import { toGeoJson, toSvg } from "../src/exports/polygons";
import { type Scene, sceneOf, stemOf } from "../src/exports/Scene";

const PIXELS = [
  0, 1, 1, 1, 0,
  0, 1, 0, 1, 0,
  0, 1, 1, 1, 0,
];
const runs = fromPixels(PIXELS, 5, 3);
const candidate = { runs, area: 8, box: { x: 1, y: 0, width: 3, height: 3 }, predictedIou: 0.9, stabilityScore: 0.8 };
const object = {
  id: 1, name: "<ring>", labelId: null, colour: "#2dd4bf", pattern: 0, hidden: false, chosen: 0, answered: true, candidates: [candidate],
  prompt: { points: [{ x: 1.5, y: 0.5, foreground: true }], box: null },
};
const scene: Scene = sceneOf({ name: "a cat.png", width: 5, height: 3 }, [object, { ...object, id: 2, hidden: true }]);

interface CocoFile {
  readonly info: object;
  readonly licenses: object[];
  readonly images: object[];
  readonly categories: object[];
  readonly annotations: { readonly category_id: number; readonly segmentation: object }[];
}

describe("exports", () => {
  it("leave hidden objects out", () => {
    expect(scene.objects.map(({ id }) => id)).toEqual([1]);
  });

  it("to COCO and SA-1B give the same pixels back", () => {
    for (const file of [toCoco(scene), toSa1b(scene)]) {
      const { annotations } = JSON.parse(JSON.stringify(file)) as {
        annotations: { segmentation: { size: [number, number]; counts: string }; bbox: number[]; area: number }[];
      };
      const [{ segmentation, bbox, area }] = annotations;
      const [height, width] = segmentation.size;
      const pixels = toPixels({ height, width, counts: decodeCounts(segmentation.counts) });
      expect([...pixels].map((value) => value / 255)).toEqual(PIXELS);
      expect(bbox).toEqual([1, 0, 3, 3]);
      expect(area).toBe(8);
    }
  });

  it("to COCO have what its readers look for", () => {
    const over = { ...candidate, predictedIou: 1.0131675 };
    const bold = sceneOf({ name: "a cat.png", width: 5, height: 3 }, [{ ...object, candidates: [over] }]);
    const file = toCoco(bold, { now: new Date("2026-03-04T05:06:07Z") }) as CocoFile;

    expect(file.info).toMatchObject({ year: 2026, version: "1.0", date_created: "2026-03-04T05:06:07.000Z" });
    expect(file.licenses).toEqual([{ id: 1, name: "unknown", url: "" }]);
    expect(Object.keys(file.images[0])).toEqual(
      ["id", "file_name", "width", "height", "license", "flickr_url", "coco_url", "date_captured"]);
    expect(file.categories).toEqual([{ id: 1, name: "object", supercategory: "object" }]);
    expect(file.annotations[0]).toMatchObject({ category_id: 1, iscrowd: 0, score: 1 });
  });

  it("to COCO as polygons keep run lengths where there is a hole", () => {
    const parts = { ...candidate, runs: fromPixels([1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], 5, 3), area: 3 };
    const two = sceneOf({ name: "a", width: 5, height: 3 }, [object, { ...object, id: 2, candidates: [parts] }]);
    const { annotations } = toCoco(two, { segmentation: "polygon" }) as CocoFile;

    expect(annotations[0].segmentation).toHaveProperty("counts");
    expect(annotations[1].segmentation).toEqual([[0, 0, 2, 0, 2, 1, 0, 1], [2, 1, 3, 1, 3, 2, 2, 2]]);
  });

  it("to GeoJSON put a hole into its polygon", () => {
    const { features } = toGeoJson(scene) as { features: { geometry: { coordinates: number[][][][] } }[] };

    expect(features[0].geometry.coordinates.map((polygon) => polygon.length)).toEqual([2]);
    // As RFC 7946 wants them: the outer ring counterclockwise with y upwards, the hole the other way.
    expect(features[0].geometry.coordinates[0]).toEqual([
      [[1, 0], [1, -3], [4, -3], [4, 0], [1, 0]],
      [[3, -1], [3, -2], [2, -2], [2, -1], [3, -1]],
    ]);
  });

  it("to SVG escape what the user typed", () => {
    expect(toSvg(scene)).toContain("<title>&#60;ring&#62;</title>");
    expect(toSvg(scene)).toContain('d="M1 0L4 0L4 3L1 3Z');
  });

  it("have one category a label, with the label's id, and one for objects without", async () => {
    const labels = addLabel(addLabel(addLabel(NO_LABELS, "cat"), "dog"), "cow");
    const point = fromPixels([1, ...Array<number>(14).fill(0)], 5, 3);
    const small = { ...candidate, runs: point, area: 1 };
    const labelled = sceneOf({ name: "a.png", width: 5, height: 3 }, [
      { ...object, labelId: 3 },
      { ...object, id: 2, candidates: [small] },
      { ...object, id: 3, labelId: 99, candidates: [{ ...small, predictedIou: 1.02 }] },
      { ...object, id: 4, labelId: 2, hidden: true },
    ], labels);
    const categories = [[1, "object"], [2, "cat"], [3, "dog"], [4, "cow"]];

    for (const file of [toCoco(labelled), toSa1b(labelled)]) {
      const { categories: written, annotations } = file as {
        categories: { id: number; name: string }[]; annotations: { category_id: number }[];
      };
      expect(written.map(({ id, name }) => [id, name])).toEqual(categories);
      expect(annotations.map(({ category_id }) => category_id)).toEqual([3, 1, 1]);
    }
    const { annotations } = toCoco(labelled) as { annotations: { score: number }[] };
    expect(annotations.map(({ score }) => score)).toEqual([0.9, 0.9, 1]);
    const { features } = toGeoJson(labelled) as { features: { properties: object }[] };
    expect(features[0].properties).toMatchObject({ name: "<ring>", category: "dog", category_id: 3 });
    expect(toSvg(labelled)).toContain(`<path data-category="dog" fill="${labels.labels[1].colour}"`);
    expect(indicesOf(await bytesOf(await toLabelMap(labelled)))).toEqual([
      1, 3, 3, 3, 0,
      0, 3, 0, 3, 0,
      0, 3, 3, 3, 0,
    ]);
  });

  it("to a label map say which label has no place in its eight bits", async () => {
    const labels = { ...addLabel({ ...NO_LABELS, nextId: 256 }, "the last straw"), currentId: null };
    const beyond = sceneOf({ name: "a.png", width: 5, height: 3 }, [{ ...object, labelId: 256 }], labels);

    await expect(toLabelMap(beyond)).rejects.toThrow("the last straw");
  });

  it("are named after the picture", () => {
    expect(stemOf("a cat.png")).toBe("a-cat");
    expect(stemOf("….jpg")).toBe("-");
  });
});

describe("code", () => {
  it("names the picture, the prompt and the server", () => {
    const [curl, grpcurl, csharp] = snippetsOf(
      "sha256:00", "a cat.png", object.prompt, "http://localhost:7081", false);

    expect(curl.code).toContain("http://localhost:7081/v1/images/sha256:00:segment");
    expect(grpcurl.code).toContain("localhost:7080 segmentation.v1.SegmentationService/Segment");
    expect(grpcurl.code).toContain("'a cat.png'");
    expect(csharp.code).toContain("new Point { X = 1.5f, Y = 0.5f, Label = PointLabel.Foreground }");
    [curl, grpcurl, csharp].forEach(({ code }) => expect(code).not.toContain("KEY"));
  });

  it("takes the key from the environment where the server needs one", () => {
    const [curl, grpcurl, csharp] = snippetsOf("sha256:00", "a.png", object.prompt, "https://server", true);

    expect(curl.code.match(/-H "x-api-key: \$SEGMENTATION_API_KEY"/g)).toHaveLength(2);
    expect(grpcurl.code.match(/-H "x-api-key: \$SEGMENTATION_API_KEY"/g)).toHaveLength(2);
    expect(csharp.code).toContain('"x-api-key", Environment.GetEnvironmentVariable("SEGMENTATION_API_KEY")');
    expect(csharp.code).toContain("}, key)");
  });
});

async function bytesOf(blob: Blob): Promise<Buffer> {
  return Buffer.from(await blob.arrayBuffer());
}

/** The places in the palette that a PNG's pixels are: the data of its third chunk, without the filter's byte of each row. */
function indicesOf(png: Buffer): number[] {
  const width = png.readUInt32BE(16);
  const begin = png.indexOf("IDAT") + 4;
  const rows = inflateSync(png.subarray(begin, begin + png.readUInt32BE(begin - 8)));
  return [...rows].filter((_, index) => index % (width + 1) !== 0);
}
