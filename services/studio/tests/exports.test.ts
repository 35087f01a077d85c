import { describe, expect, it } from "vitest";
import { decodeCounts, fromPixels, toPixels } from "segmentation-client/rle";
import { snippetsOf } from "../src/app/code";
import { toCoco, toSa1b } from "../src/exports/coco";
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
  id: 1, label: "<ring>", colour: "#2dd4bf", hidden: false, chosen: 0, answered: true, candidates: [candidate],
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
