import { create } from "@bufbuild/protobuf";
import {
  type Annotation, AnnotationSchema, type Operation, OperationSchema, VerdictKind, VerdictSchema,
} from "segmentation-client/projects";
import { type NewEntry, packAnnotation, packOperation, packVerdict } from "../../src/desk/journal/JournalEntry";
import { uuidv7 } from "../../src/shared/uuid";

/** The picture of all entries. */
export const PLACE = { project: "p", picture: 7n, job: 0n };

/** The person of all entries. */
export const ME = "tenant me";

/** An annotation of one pixel, told from others by its label. */
export function annotation(id: string, label: number): Annotation {
  return create(AnnotationSchema, { id, label, mask: { size: [1, 1], counts: "1" } });
}

/** An operation with an id of its own. */
export function operation(baseRevision: bigint, change: Operation["change"]): Operation {
  return create(OperationSchema, { id: uuidv7(), baseRevision, change });
}

/** An entry that creates an annotation. */
export function created(id: string, label: number): NewEntry {
  const value = annotation(id, label);
  return entryOf(value, operation(0n, { case: "create", value }));
}

/** An entry that gives an annotation another label. */
export function updated(id: string, label: number, base: bigint): NewEntry {
  const value = annotation(id, label);
  return entryOf(value, operation(base, { case: "update", value }));
}

/** An entry that judges an annotation unsatisfactory. */
export function judged(id: string, label: number, annotationRevision: bigint): NewEntry {
  const verdict = create(VerdictSchema, {
    id: uuidv7(), annotation: id, annotationRevision, kind: VerdictKind.UNSATISFACTORY, note: "Cut off.",
  });
  return {
    owner: ME, place: PLACE, holder: "h", annotation: id, operation: new Uint8Array(), verdict: packVerdict(verdict),
    mine: packAnnotation(annotation(id, label)),
  };
}

function entryOf(value: Annotation, one: Operation): NewEntry {
  return {
    owner: ME, place: PLACE, holder: "h", annotation: value.id, operation: packOperation(one),
    mine: packAnnotation(value),
  };
}

/** Id and label of an operation that creates or updates. */
export function labelOf({ change }: Operation): string {
  return change.case === "create" || change.case === "update" ? `${change.value.id}${change.value.label}` : "";
}
