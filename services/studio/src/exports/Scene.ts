import { type AnnotatedObject, type Candidate, maskOf } from "../annotation/types";

/** What is exported: a picture's size and name, and the objects that have a mask. */
export interface Scene {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly (AnnotatedObject & { readonly mask: Candidate })[];
}

/** The objects that are shown and have a mask. */
export function sceneOf(
  picture: { readonly name: string; readonly width: number; readonly height: number },
  objects: readonly AnnotatedObject[],
): Scene {
  const masked = objects.flatMap((object) => {
    const mask = maskOf(object);
    return mask && !object.hidden ? [{ ...object, mask }] : [];
  });
  return { name: picture.name, width: picture.width, height: picture.height, objects: masked };
}

/** A file name without its ending. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "-") || "picture";
}
