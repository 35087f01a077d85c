import { contains } from "segmentation-client/rle";
import { type AnnotatedObject, maskOf } from "../annotation/types";

/** The smallest of the shown objects at a place of the picture; undefined where there is none. */
export function objectAt(
  objects: readonly AnnotatedObject[], { x, y }: { readonly x: number; readonly y: number },
): AnnotatedObject | undefined {
  let found: AnnotatedObject | undefined;
  let least = Infinity;
  for (const object of objects) {
    const mask = object.hidden || object.record?.state === "rejected" ? undefined : maskOf(object);
    // Boxes first: a walk over the runs of a thousand masks would take longer than a frame.
    const isNear = mask && x >= mask.box.x && y >= mask.box.y && x < mask.box.x + mask.box.width
      && y < mask.box.y + mask.box.height;
    if (isNear && mask.area <= least && contains(mask.runs, Math.floor(x), Math.floor(y))) {
      [found, least] = [object, mask.area];
    }
  }
  return found;
}
