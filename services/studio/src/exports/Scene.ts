import { type LabelList, labelOf, markOf, NO_LABELS, UNLABELLED } from "../annotation/labels";
import { type AnnotatedObject, type Candidate, maskOf } from "../annotation/types";

/** Category of an export: the objects of one label. Its id is the label's, the same in every file. */
export interface Category {
  readonly id: number;
  readonly name: string;
}

/** An object of an export, in the colour that it is drawn with. */
export interface SceneObject extends AnnotatedObject {
  readonly mask: Candidate;
  readonly category: Category;
}

/** Content of an export: a picture's size and name, and the objects that have a mask. */
export interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly SceneObject[];
  /** First the one of objects without a label, if there are any; then one for each label, used or not. */
  readonly categories: readonly Category[];
}

/** Selects the objects that are shown and have a mask. */
export function sceneOf(
  picture: { readonly name: string; readonly width: number; readonly height: number },
  objects: readonly AnnotatedObject[],
  list: LabelList = NO_LABELS,
): Scene {
  const masked = objects.flatMap((object) => {
    const mask = maskOf(object);
    const { id, name } = labelOf(list, object.labelId) ?? UNLABELLED;
    return mask && !object.hidden ? [{ ...object, ...colourOf(object, list), mask, category: { id, name } }] : [];
  });
  const unlabelled = masked.some(({ category }) => category.id === UNLABELLED.id) ? [UNLABELLED] : [];
  const categories = [...unlabelled, ...list.labels].map(({ id, name }) => ({ id, name }));
  return { name: picture.name, width: picture.width, height: picture.height, objects: masked, categories };
}

/** Returns a file name without its extension. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "-") || "picture";
}

function colourOf(object: AnnotatedObject, list: LabelList): { readonly colour: string } {
  return { colour: markOf(object, list).colour };
}
