import { encodeCounts } from "segmentation-client/rle";
import { type Candidate, scoreOf } from "../annotation/types";
import type { Scene } from "./Scene";

/** COCO's detection format: one category a label, masks in run lengths as pycocotools writes them. */
export function toCoco(scene: Scene): object {
  return {
    info: { description: scene.name, version: "1.0" },
    licenses: [],
    images: [{ id: 1, file_name: scene.name, width: scene.width, height: scene.height }],
    categories: categoriesOf(scene),
    annotations: scene.objects.map(({ category, mask }, index) => ({
      id: index + 1,
      image_id: 1,
      category_id: category.id,
      segmentation: segmentationOf(mask),
      bbox: boxOf(mask),
      area: mask.area,
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

function categoriesOf({ categories }: Scene): object[] {
  return categories.map(({ id, name }) => ({ id, name, supercategory: "" }));
}

function segmentationOf({ runs }: Candidate): object {
  return { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) };
}

function boxOf({ box }: Candidate): number[] {
  return [box.x, box.y, box.width, box.height];
}
