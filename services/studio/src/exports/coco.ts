import { encodeCounts, outlinesOf } from "segmentation-client/rle";
import type { Candidate } from "../annotation/types";
import type { Scene } from "./Scene";

/** A category of objects. */
export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string;
}

/** How masks are written: run lengths, or polygons where a mask has no hole, which COCO's polygons cannot have. */
export type CocoSegmentation = "rle" | "polygon";

/** What a COCO file can be made with. */
export interface CocoOptions {
  /** The categories; an object is of the one that has its label's name. */
  readonly categories?: readonly CocoCategory[];
  readonly segmentation?: CocoSegmentation;
  /** When the file is made. */
  readonly now?: Date;
}

/** COCO's detection format, as pycocotools reads it. Labels without a category get one. */
export function toCoco(scene: Scene, { categories, segmentation = "rle", now = new Date() }: CocoOptions = {}): object {
  const all = withLabels(categories ?? [], scene);
  return {
    info: {
      description: `Objects in ${scene.name}`,
      url: "",
      version: "1.0",
      year: now.getUTCFullYear(),
      contributor: "Segmentation studio",
      date_created: now.toISOString(),
    },
    licenses: [{ id: 1, name: "unknown", url: "" }],
    images: [{
      id: 1,
      file_name: scene.name,
      width: scene.width,
      height: scene.height,
      license: 1,
      flickr_url: "",
      coco_url: "",
      date_captured: "",
    }],
    categories: all,
    annotations: scene.objects.map(({ label, mask }, index) => ({
      id: index + 1,
      image_id: 1,
      category_id: all.find(({ name }) => name === label)?.id,
      segmentation: (segmentation === "polygon" ? polygonsOf(mask) : undefined) ?? segmentationOf(mask),
      bbox: boxOf(mask),
      area: mask.area,
      // Each mask is one object; readers take 1 for a group that is not to be judged.
      iscrowd: 0,
      // A model's estimate can be slightly above 1, which readers of scores refuse.
      score: Math.min(Math.max(mask.predictedIou, 0), 1),
    })),
  };
}

/** SA-1B's format, one file a picture. */
export function toSa1b(scene: Scene): object {
  return {
    image: { image_id: 1, file_name: scene.name, width: scene.width, height: scene.height },
    annotations: scene.objects.map(({ mask, prompt }, index) => ({
      id: index + 1,
      segmentation: segmentationOf(mask),
      bbox: boxOf(mask),
      area: mask.area,
      predicted_iou: mask.predictedIou,
      stability_score: mask.stabilityScore,
      crop_box: [0, 0, scene.width, scene.height],
      point_coords: prompt.points.filter(({ foreground }) => foreground).map(({ x, y }) => [x, y]),
    })),
  };
}

/** The categories that are given, and one for each label that has none. */
function withLabels(given: readonly CocoCategory[], scene: Scene): CocoCategory[] {
  const all = [...given];
  for (const { label } of scene.objects) {
    if (!all.some(({ name }) => name === label)) {
      all.push({ id: Math.max(0, ...all.map(({ id }) => id)) + 1, name: label, supercategory: "object" });
    }
  }
  return all;
}

/** A ring for each part; undefined where the mask has a hole. */
function polygonsOf({ runs }: Candidate): number[][] | undefined {
  const outlines = outlinesOf(runs);
  return outlines.some(({ hole }) => hole) ? undefined : outlines.map(({ coordinates }) => [...coordinates]);
}

function segmentationOf({ runs }: Candidate): object {
  return { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) };
}

function boxOf({ box }: Candidate): number[] {
  return [box.x, box.y, box.width, box.height];
}
