import { areaOf, boxOf, type RunLengths } from "segmentation-client/rle";
import { uuidv7 } from "../shared/uuid";
import { accepted, addMasked, type Annotation, type Beginning, deleteObject } from "./Annotation";
import { freeMark } from "./palette";
import { type AnnotatedObject, type Candidate, isEmpty, maskOf, type ObjectRecord, type PromptSpec } from "./types";

const NO_PROMPT: PromptSpec = { points: [], box: null };

/** The record of a new object, above all others. */
export function newRecord(objects: readonly AnnotatedObject[], parents: readonly string[] = []): ObjectRecord {
  const z = objects.reduce((most, { record }) => Math.max(most, record?.z ?? 0), 0);
  return {
    uuid: uuidv7(), state: "active", z, group: 0, attributes: "", crowd: false, occluded: false, parents, prompts: [],
    edited: false,
  };
}

/** A mask that no model has given. */
export function drawnMask(runs: RunLengths): Candidate {
  return { runs, area: areaOf(runs), box: boxOf(runs), predictedIou: 0, stabilityScore: 0 };
}

/** Changes records; objects are put in the order of their stack. */
export function changeRecords(
  annotation: Annotation,
  ids: ReadonlySet<number>,
  change: (record: ObjectRecord) => Partial<ObjectRecord>,
): Annotation {
  const objects = annotation.objects.map((object) => ids.has(object.id) && object.record
    ? { ...object, record: { ...object.record, ...change(object.record) } } : object);
  return { ...annotation, objects: inStack(objects) };
}

/** Objects as they lie above each other: by z, then by id, as the server lists them. */
export function inStack(objects: readonly AnnotatedObject[]): AnnotatedObject[] {
  return objects.toSorted((a, b) => (a.record?.z ?? 0) - (b.record?.z ?? 0)
    || ((a.record?.uuid ?? "") < (b.record?.uuid ?? "") ? -1 : 1));
}

/**
 * Changes an object's mask by hand. Its prompt goes to the earlier ones: the next click refines the mask as it is. A
 * mask without a pixel takes the object away.
 */
export function drawMask(annotation: Annotation, id: number, runs: RunLengths): Annotation {
  const mask = drawnMask(runs);
  if (mask.area === 0) {
    return deleteObject(annotation, id);
  }
  const objects = annotation.objects.map((object): AnnotatedObject => {
    if (object.id !== id) {
      return object;
    }
    const before = maskOf(object);
    const kept = { ...mask, predictedIou: before?.predictedIou ?? 0, stabilityScore: before?.stabilityScore ?? 0 };
    const { record, prompt } = accepted(object);
    return {
      ...object, prompt: { ...NO_PROMPT }, candidates: [kept], chosen: 0, answered: true, hidden: false,
      ...(record ? {
        record: {
          ...record, edited: true,
          prompts: isEmpty(prompt) ? record.prompts : [...record.prompts, prompt],
        },
      } : {}),
    };
  });
  return { ...annotation, objects };
}

/** Adds an object that was drawn by hand, or made from others, and makes it the active one. */
export function addDrawn(
  annotation: Annotation, runs: RunLengths, beginning?: Beginning, parents: readonly string[] = [],
): Annotation {
  const mask = drawnMask(runs);
  if (mask.area === 0) {
    return annotation;
  }
  const added = addMasked(annotation, mask, { ...NO_PROMPT }, {
    ...(beginning ?? { labelId: null, mark: freeMark(annotation.objects) }),
    newRecord: () => newRecord(annotation.objects, parents),
  });
  return { ...added, objects: inStack(added.objects), activeId: annotation.nextId };
}
