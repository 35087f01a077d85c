import { withoutLabel } from "../annotation/Annotation";
import { addLabel, chooseLabel, type LabelList, labelOf, removeLabel } from "../annotation/labels";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** Gives a label to the active object and to new objects; null for none. */
export function giveLabel(studio: Studio, id: number | null): void {
  keepLabels(studio, chooseLabel(studio.labels.list.value, id));
  const active = studio.editor.active.value;
  if (active && active.labelId !== id) {
    studio.editor.describe(active.id, { labelId: id });
  }
}

/**
 * Adds a label for new objects, and gives it to the active object if that has none.
 * @returns False if the name is not free.
 */
export function addNewLabel(studio: Studio, name: string): boolean {
  const before = studio.labels.list.value;
  const list = addLabel(before, name);
  if (list === before) {
    return false;
  }
  keepLabels(studio, list);
  const active = studio.editor.active.value;
  if (active && !labelOf(list, active.labelId)) {
    studio.editor.describe(active.id, { labelId: list.currentId });
  }
  return true;
}

/** Removes a label; objects of the picture that have it then have none. */
export function takeLabel(studio: Studio, id: number): void {
  studio.editor.change(withoutLabel(studio.editor.annotation.value, id));
  keepLabels(studio, removeLabel(studio.labels.list.value, id));
}

/** Counts the objects of the picture that have a label. */
export function usesOf(studio: Studio, id: number): number {
  return studio.editor.annotation.value.objects.filter(({ labelId }) => labelId === id).length;
}

/** Replaces the labels, and tells the user where the browser does not store them. */
export function keepLabels(studio: Studio, list: LabelList): void {
  if (!studio.labels.change(list)) {
    studio.notices.add(texts.peek().labels.notKept);
  }
}
