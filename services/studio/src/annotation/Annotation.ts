import { texts } from "../texts/texts";
import { freeMark, type Mark } from "./palette";
import type { AnnotatedObject, BoxPrompt, Candidate, ObjectRecord, PointPrompt, PromptSpec, Refinement } from "./types";
import { isEmpty, maskOf } from "./types";

/** All objects of a picture and which of them is active. Immutable: every change returns another value. */
export interface Annotation {
  readonly objects: readonly AnnotatedObject[];
  /** The object that clicks change; null when the next click begins another one. */
  readonly activeId: number | null;
  /** The number of the next object. */
  readonly nextId: number;
}

/** Label and mark of an object that begins. */
export interface Beginning {
  readonly labelId: number | null;
  readonly mark: Mark;
  /** Makes the project's data of the object; absent outside of projects. */
  readonly newRecord?: () => ObjectRecord;
}

/** The annotation of a picture without objects. */
export const EMPTY: Annotation = { objects: [], activeId: null, nextId: 1 };

/** The object that clicks change. */
export function activeOf(annotation: Annotation): AnnotatedObject | undefined {
  return annotation.objects.find((object) => object.id === annotation.activeId);
}

/** Adds a point to the active object, whose chosen mask it refines, or begins one with it. */
export function addPoint(annotation: Annotation, point: PointPrompt, beginning?: Beginning): Annotation {
  const refines = refinementOf(activeOf(annotation));
  return withPrompt(annotation, ({ points, box }) =>
    ({ points: [...points, point], box, ...(refines ? { refines } : {}) }), beginning);
}

/**
 * Gives the active object a box in place of an earlier one, or begins an object with it.
 * No mask is refined: a box is a fresh start.
 */
export function setBox(annotation: Annotation, box: BoxPrompt, beginning?: Beginning): Annotation {
  return withPrompt(annotation, ({ points }) => ({ points, box }), beginning);
}

/** The mask that the next point on an object refines; undefined when there is no object or no mask. */
export function refinementOf(object: AnnotatedObject | undefined): Refinement | undefined {
  if (!object) {
    return undefined;
  }
  if (!object.answered) {
    return { prompt: object.prompt, mask: null, index: 0 };
  }
  const mask = maskOf(object);
  return mask && mask.area > 0 ? { prompt: object.prompt, mask, index: object.chosen } : undefined;
}

/** Makes no object active: the next click begins another one. */
export function finishObject(annotation: Annotation): Annotation {
  return annotation.activeId === null ? annotation : { ...annotation, activeId: null };
}

/** Makes an object the active one. */
export function selectObject(annotation: Annotation, id: number): Annotation {
  return annotation.activeId === id ? annotation : { ...annotation, activeId: id };
}

/** Deletes an object. */
export function deleteObject(annotation: Annotation, id: number): Annotation {
  return {
    ...annotation,
    objects: annotation.objects.filter((object) => object.id !== id),
    activeId: annotation.activeId === id ? null : annotation.activeId,
  };
}

/** Adds an object with a known mask, as a search for everything finds them. */
export function addMasked(
  annotation: Annotation,
  candidate: Candidate,
  prompt: PromptSpec,
  beginning?: Beginning,
): Annotation {
  const object = { ...newObject(annotation, prompt, beginning), candidates: [candidate], answered: true };
  return { objects: [...annotation.objects, object], activeId: null, nextId: annotation.nextId + 1 };
}

/** Changes an object's name, label, colour or visibility. */
export function describeObject(
  annotation: Annotation,
  id: number,
  description: Partial<Pick<AnnotatedObject, "name" | "labelId" | "colour" | "hidden">>,
): Annotation {
  return replace(annotation, id, (object) => ({ ...object, ...description }));
}

/** Takes another of an object's candidates, counted from the chosen one, around and around. */
export function chooseNext(annotation: Annotation, id: number, step: number): Annotation {
  return replace(annotation, id, (object) => {
    const count = object.candidates.length;
    return count < 2 ? object : { ...object, chosen: (object.chosen + step + count) % count };
  });
}

/** Chooses one of an object's candidates. */
export function choose(annotation: Annotation, id: number, chosen: number): Annotation {
  return replace(annotation, id, (object) => ({ ...object, chosen }));
}

/** Removes a label from all objects that have it. */
export function withoutLabel(annotation: Annotation, labelId: number): Annotation {
  const objects = annotation.objects.map((object) =>
    object.labelId === labelId ? { ...object, labelId: null } : object);
  const isSame = objects.every((object, index) => object === annotation.objects[index]);
  return isSame ? annotation : { ...annotation, objects };
}

/**
 * Gives an object another mask in place of the chosen one. Answers to its prompt that are still on their way no longer
 * change it.
 */
export function replaceMask(annotation: Annotation, id: number, mask: Candidate): Annotation {
  return replace(annotation, id, (object) => object.candidates[object.chosen] === mask ? object : {
    ...object,
    prompt: { ...object.prompt },
    candidates: object.candidates.map((candidate, index) => (index === object.chosen ? mask : candidate)),
  });
}

/** Sets the answer to an object's prompt, unless the prompt has changed since it was asked. */
export function answer(
  annotation: Annotation,
  id: number,
  prompt: PromptSpec,
  candidates: readonly Candidate[],
): Annotation {
  return replace(annotation, id, (object) =>
    object.prompt === prompt ? { ...object, candidates, chosen: 0, answered: true } : object);
}

/** Returns a function that scales unanswered prompts to a picture of another size; it leaves masks as they are. */
export function scaler(scale: number): (annotation: Annotation) => Annotation {
  // An answer is noted wherever its prompt is, so steps go on sharing prompts.
  const scaled = new Map<PromptSpec, PromptSpec>();
  const ofPrompt = (prompt: PromptSpec): PromptSpec => {
    const { points, box, refines } = prompt;
    const known = scaled.get(prompt) ?? {
      points: points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })),
      box: box && { xMin: box.xMin * scale, yMin: box.yMin * scale, xMax: box.xMax * scale, yMax: box.yMax * scale },
      ...(refines ? { refines: { ...refines, prompt: ofPrompt(refines.prompt) } } : {}),
    };
    scaled.set(prompt, known);
    return known;
  };
  return (annotation) => ({
    ...annotation,
    objects: annotation.objects.map((object) =>
      object.answered || object.candidates.length > 0 ? object : { ...object, prompt: ofPrompt(object.prompt) }),
  });
}

function withPrompt(
  annotation: Annotation,
  change: (prompt: PromptSpec) => PromptSpec,
  beginning?: Beginning,
): Annotation {
  const active = activeOf(annotation);
  if (active) {
    return replace(annotation, active.id, (object) =>
      ({ ...accepted(object), prompt: change(object.prompt), answered: false, hidden: false }));
  }
  const id = annotation.nextId;
  const object = newObject(annotation, change({ points: [], box: null }), beginning);
  return { objects: [...annotation.objects, object], activeId: id, nextId: id + 1 };
}

/** The object as an annotation, where it was a proposal: whoever changes its mask accepts it. */
export function accepted(object: AnnotatedObject): AnnotatedObject {
  return object.record?.state === "proposed" ? { ...object, record: { ...object.record, state: "active" } } : object;
}

function newObject({ objects, nextId: id }: Annotation, prompt: PromptSpec, beginning?: Beginning): AnnotatedObject {
  const { labelId, mark } = beginning ?? { labelId: null, mark: freeMark(objects) };
  const { colour, pattern } = mark;
  const answered = isEmpty(prompt);
  return {
    id, name: texts.peek().objects.name(id), labelId, colour, pattern, hidden: false, prompt, candidates: [], chosen: 0,
    answered, ...(beginning?.newRecord ? { record: beginning.newRecord() } : {}),
  };
}

function replace(
  annotation: Annotation,
  id: number,
  change: (object: AnnotatedObject) => AnnotatedObject,
): Annotation {
  let changed = false;
  const objects = annotation.objects.map((object) => {
    const next = object.id === id ? change(object) : object;
    changed ||= next !== object;
    return next;
  });
  return changed ? { ...annotation, objects } : annotation;
}
