import type { Annotation } from "../annotation/Annotation";
import type { History } from "../annotation/History";
import type { AnnotatedObject, Candidate } from "../annotation/types";
import type { Viewport } from "../canvas/Viewport";

/** Version of the stored format. A change that this version cannot read needs another number. */
const VERSION = 1;

/** Limit for the objects of all stored steps together: with many objects fewer steps can be undone after a reload. */
const MOST_STEPS_OBJECTS = 50_000;

/** The work on a picture. */
export interface Work {
  readonly history: History<Annotation>;
  /** The view of the picture; null when it was not drawn. */
  readonly view: Viewport | null;
}

/** Work as it is stored: plain data, copied by the browser's structured clone. */
export interface KeptWork extends Work {
  readonly version: number;
}

/** Fields that objects of earlier versions may lack, as those versions meant them. */
const OBJECT_DEFAULTS: Partial<AnnotatedObject> = {
  labelId: null, pattern: 0, hidden: false, candidates: [], chosen: 0, answered: false,
};

/** Packs work for the database. Masks that several steps share are stored once. */
export function pack({ history, view }: Work): KeptWork {
  const { past, present, future } = history;
  let room = MOST_STEPS_OBJECTS - present.objects.length;
  const fits = ({ objects }: Annotation) => (room -= objects.length + 1) > 0;
  // The steps next to the present are worth most.
  const keptPast = takeWhile(past.toReversed(), fits).toReversed();
  return { version: VERSION, history: { past: keptPast, present, future: takeWhile(future, fits) }, view };
}

/**
 * Reads stored work of this version or an earlier one.
 * @returns The work; null when it is of a later version, which must not be overwritten.
 */
export function unpack(stored: KeptWork): Work | null {
  if (stored.version > VERSION) {
    return null;
  }
  const { past, present, future } = stored.history;
  const revived = new Map<AnnotatedObject, AnnotatedObject>();
  const revive = (annotation: Annotation): Annotation => ({
    ...annotation,
    objects: annotation.objects.map((object) => {
      // Steps share objects, and an answer is noted in all steps of one prompt.
      const known = revived.get(object) ?? reviveObject(object);
      revived.set(object, known);
      return known;
    }),
  });
  return {
    history: { past: past.map(revive), present: revive(present), future: future.map(revive) },
    view: stored.view ?? null,
  };
}

function reviveObject(object: AnnotatedObject): AnnotatedObject {
  const whole = { ...OBJECT_DEFAULTS, ...object };
  // The rest of an answer was on its way when the page was left: it is asked for once more.
  return whole.candidates.some(isUnfinished) ? { ...whole, answered: false } : whole;
}

function isUnfinished({ stabilityScore }: Candidate): boolean {
  return Number.isNaN(stabilityScore);
}

function takeWhile<T>(values: readonly T[], isWanted: (value: T) => boolean): T[] {
  const end = values.findIndex((value) => !isWanted(value));
  return end < 0 ? [...values] : values.slice(0, end);
}
