import type { Beginning } from "./Annotation";
import { freeMark, type Mark } from "./palette";

/** A class of objects. Its id is the category's in every export and is never reused. */
export interface Label extends Mark {
  readonly id: number;
  readonly name: string;
}

/** All labels, and the label of new objects. Immutable plain data: every change returns another value. */
export interface LabelList {
  readonly labels: readonly Label[];
  readonly nextId: number;
  /** The label of new objects; null when they get none. */
  readonly currentId: number | null;
}

/** The category of objects without a label. */
export const UNLABELLED = { id: 1, name: "object" } as const;

/** A list without labels. */
export const NO_LABELS: LabelList = { labels: [], nextId: UNLABELLED.id + 1, currentId: null };

/** The label with this id, unless it has been removed. */
export function labelOf({ labels }: LabelList, id: number | null): Label | undefined {
  return labels.find((label) => label.id === id);
}

/** The mark of an object: that of its label, or its own where it has none. */
export function markOf(object: Mark & { readonly labelId: number | null }, list: LabelList): Mark {
  return labelOf(list, object.labelId) ?? object;
}

/** Label and mark of the next object: the current label, or a mark that no other object has. */
export function beginningOf(list: LabelList, objects: readonly Mark[]): Beginning {
  const label = labelOf(list, list.currentId);
  return { labelId: label?.id ?? null, mark: label ?? freeMark([...list.labels, ...objects]) };
}

/** Returns true if a label may have this name: not empty, no other label's, not that of objects without a label. */
export function isFree({ labels }: LabelList, name: string, ownId: number | null = null): boolean {
  const wanted = name.trim();
  return wanted !== "" && wanted !== UNLABELLED.name && labels.every(({ id, name }) => id === ownId || name !== wanted);
}

/**
 * Adds a label, in a colour that no other one has, and makes it the one of new objects; the same list if the name is
 * not free.
 */
export function addLabel(list: LabelList, name: string): LabelList {
  if (!isFree(list, name)) {
    return list;
  }
  const id = list.nextId;
  const label = { id, name: name.trim(), ...freeMark(list.labels) };
  return { labels: [...list.labels, label], nextId: id + 1, currentId: id };
}

/** Renames or recolours a label; the same list if the name is not free. */
export function describeLabel(
  list: LabelList,
  id: number,
  description: Partial<Pick<Label, "name" | "colour">>,
): LabelList {
  const { name } = description;
  if (name !== undefined && !isFree(list, name, id)) {
    return list;
  }
  const change = name === undefined ? description : { ...description, name: name.trim() };
  return { ...list, labels: list.labels.map((label) => (label.id === id ? { ...label, ...change } : label)) };
}

/** Removes a label. */
export function removeLabel(list: LabelList, id: number): LabelList {
  return {
    ...list,
    labels: list.labels.filter((label) => label.id !== id),
    currentId: list.currentId === id ? null : list.currentId,
  };
}

/** Sets the label of new objects; null for none. */
export function chooseLabel(list: LabelList, id: number | null): LabelList {
  return list.currentId === id || (id !== null && !labelOf(list, id)) ? list : { ...list, currentId: id };
}

/** Parses a stored list of labels; an empty list where the text is none. */
export function readLabels(text: string | null): LabelList {
  try {
    const { labels, nextId, currentId } = JSON.parse(text ?? "") as LabelList;
    const isList = Array.isArray(labels) && labels.every(isLabel) && Number.isInteger(nextId)
      && labels.every(({ id }) => id > UNLABELLED.id && id < nextId);
    return isList ? chooseLabel({ labels, nextId, currentId: null }, currentId ?? null) : NO_LABELS;
  } catch {
    return NO_LABELS;
  }
}

function isLabel({ id, name, colour, pattern }: Label): boolean {
  return Number.isInteger(id) && typeof name === "string" && /^#[0-9a-f]{6}$/i.test(colour)
    && Number.isInteger(pattern);
}
