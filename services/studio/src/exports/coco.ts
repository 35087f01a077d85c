import { encodeCounts } from "segmentation-client/rle";
import type { Candidate } from "../annotation/types";
import type { Scene } from "./Scene";

/** COCO's detection format: one category a label, masks in run lengths as pycocotools writes them. */
export function toCoco(scene: Scene): object {
  const labels = [...new Set(scene.objects.map(({ label }) => label))];
  return {
    images: [{ id: 1, file_name: scene.name, width: scene.width, height: scene.height }],
    categories: labels.map((name, index) => ({ id: index + 1, name })),
    annotations: scene.objects.map(({ label, mask }, index) => ({
      id: index + 1,
      image_id: 1,
      category_id: labels.indexOf(label) + 1,
      segmentation: segmentationOf(mask),
      bbox: boxOf(mask),
      area: mask.area,
      iscrowd: 0,
      score: mask.predictedIou,
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

function segmentationOf({ runs }: Candidate): object {
  return { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) };
}

function boxOf({ box }: Candidate): number[] {
  return [box.x, box.y, box.width, box.height];
}
