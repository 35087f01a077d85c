import { toCoco, toSa1b } from "./coco";
import { toCutout, toMaskPng } from "./pngs";
import { toGeoJson, toSvg } from "./polygons";
import { type Scene, stemOf } from "./Scene";

/** A form in which masks leave the studio. */
export interface ExportFormat {
  readonly title: string;
  readonly description: string;
  readonly suffix: string;
  readonly make: (scene: Scene, picture: ImageBitmap) => Promise<Blob>;
}

/** All forms. */
export const FORMATS: readonly ExportFormat[] = [
  {
    title: "Cut-out PNG",
    description: "The objects alone, transparent around them",
    suffix: "-cutout.png",
    make: toCutout,
  },
  {
    title: "Mask PNG",
    description: "White inside, black outside, the picture's size",
    suffix: "-mask.png",
    make: (scene) => toMaskPng(scene),
  },
  {
    title: "COCO JSON",
    description: "Run lengths and labels, for pycocotools",
    suffix: "-coco.json",
    make: (scene) => json(toCoco(scene)),
  },
  {
    title: "COCO polygons",
    description: "The same with polygons where a mask has no hole",
    suffix: "-coco-polygons.json",
    make: (scene) => json(toCoco(scene, { segmentation: "polygon" })),
  },
  {
    title: "SA-1B JSON",
    description: "As in the Segment Anything dataset",
    suffix: "-sa1b.json",
    make: (scene) => json(toSa1b(scene)),
  },
  {
    title: "SVG",
    description: "Polygons to draw with",
    suffix: ".svg",
    make: (scene) => Promise.resolve(new Blob([toSvg(scene)], { type: "image/svg+xml" })),
  },
  {
    title: "GeoJSON",
    description: "Polygons for map programs, in pixels",
    suffix: ".geojson",
    make: (scene) => json(toGeoJson(scene), "application/geo+json"),
  },
];

/** Makes a file and has the browser save it. */
export async function download(format: ExportFormat, scene: Scene, picture: ImageBitmap): Promise<void> {
  const url = URL.createObjectURL(await format.make(scene, picture));
  const link = document.createElement("a");
  link.href = url;
  link.download = stemOf(scene.name) + format.suffix;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function json(value: object, type = "application/json"): Promise<Blob> {
  return Promise.resolve(new Blob([JSON.stringify(value, null, 2), "\n"], { type }));
}
