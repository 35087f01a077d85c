import type { Texts } from "../texts/en";
import { toCoco, toSa1b } from "./coco";
import { toLabelMap } from "./labelMap";
import { toCutout, toMaskPng } from "./pngs";
import { toGeoJson, toSvg } from "./polygons";
import type { Scene } from "./Scene";

/** An export format. */
export interface ExportFormat {
  /** Names its title and description among the texts. */
  readonly key: keyof Texts["exports"]["formats"];
  readonly suffix: string;
  readonly make: (scene: Scene, picture: ImageBitmap) => Promise<Blob>;
}

/** All formats. */
export const FORMATS: readonly ExportFormat[] = [
  {
    key: "cutout",
    suffix: "-cutout.png",
    make: toCutout,
  },
  {
    key: "mask",
    suffix: "-mask.png",
    make: (scene) => toMaskPng(scene),
  },
  {
    key: "labelMap",
    suffix: "-labels.png",
    make: toLabelMap,
  },
  {
    key: "coco",
    suffix: "-coco.json",
    make: (scene) => json(toCoco(scene)),
  },
  {
    key: "cocoPolygons",
    suffix: "-coco-polygons.json",
    make: (scene) => json(toCoco(scene, { segmentation: "polygon" })),
  },
  {
    key: "sa1b",
    suffix: "-sa1b.json",
    make: (scene) => json(toSa1b(scene)),
  },
  {
    key: "svg",
    suffix: ".svg",
    make: (scene) => Promise.resolve(new Blob([toSvg(scene)], { type: "image/svg+xml" })),
  },
  {
    key: "geojson",
    suffix: ".geojson",
    make: (scene) => json(toGeoJson(scene), "application/geo+json"),
  },
];

function json(value: object, type = "application/json"): Promise<Blob> {
  return Promise.resolve(new Blob([JSON.stringify(value, null, 2), "\n"], { type }));
}
