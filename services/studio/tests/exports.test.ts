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

  it("to GeoJSON put a hole into its polygon", () => {
    const { features } = toGeoJson(scene) as { features: { geometry: { coordinates: number[][][][] } }[] };

    expect(features[0].geometry.coordinates.map((polygon) => polygon.length)).toEqual([2]);
    expect(features[0].geometry.coordinates[0][0]).toEqual([[1, 0], [4, 0], [4, -3], [1, -3], [1, 0]]);
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
    const [curl, grpcurl, csharp] = snippetsOf("sha256:00", "a cat.png", object.prompt, "http://localhost:7081");

    expect(curl.code).toContain("http://localhost:7081/v1/images/sha256:00:segment");
    expect(grpcurl.code).toContain("localhost:7080 segmentation.v1.SegmentationService/Segment");
    expect(grpcurl.code).toContain("'a cat.png'");
    expect(csharp.code).toContain("new Point { X = 1.5f, Y = 0.5f, Label = PointLabel.Foreground }");
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
