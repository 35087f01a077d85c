import { encodeCounts, outlinesOf } from "segmentation-client/rle";
import { type Candidate, scoreOf } from "../annotation/types";
import type { Scene } from "./Scene";

/** Form of the masks: run lengths, or polygons where a mask has no hole, which COCO's polygons cannot have. */
export type CocoSegmentation = "rle" | "polygon";

/** Options of a COCO file. */
export interface CocoOptions {
  readonly segmentation?: CocoSegmentation;
  /** Date of the file. */
  readonly now?: Date;
}

/** COCO's detection format, as pycocotools reads it: one category a label. */
export function toCoco(scene: Scene, { segmentation = "rle", now = new Date() }: CocoOptions = {}): object {
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
    categories: categoriesOf(scene),
    annotations: scene.objects.map(({ category, mask }, index) => ({
      id: index + 1,
      image_id: 1,
      category_id: category.id,
      segmentation: (segmentation === "polygon" ? polygonsOf(mask) : undefined) ?? segmentationOf(mask),
      bbox: boxOf(mask),
      area: mask.area,
      // Each mask is one object; readers take 1 for a group that is not to be judged.
      iscrowd: 0,
      score: scoreOf(mask.predictedIou),
    })),
  };
}

/** SA-1B's format, one file a picture, and beside its own fields the categories, which its readers pass over. */
export function toSa1b(scene: Scene): object {
  return {
    image: { image_id: 1, file_name: scene.name, width: scene.width, height: scene.height },
    categories: categoriesOf(scene),
    annotations: scene.objects.map(({ category, mask, prompt }, index) => ({
      id: index + 1,
      category_id: category.id,
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

/** A ring for each part; undefined where the mask has a hole. */
function polygonsOf({ runs }: Candidate): number[][] | undefined {
  const outlines = outlinesOf(runs);
  return outlines.some(({ hole }) => hole) ? undefined : outlines.map(({ coordinates }) => [...coordinates]);
}

function categoriesOf({ categories }: Scene): object[] {
  return categories.map(({ id, name }) => ({ id, name, supercategory: "object" }));
}

function segmentationOf({ runs }: Candidate): object {
  return { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) };
}

function boxOf({ box }: Candidate): number[] {
  return [box.x, box.y, box.width, box.height];
}
