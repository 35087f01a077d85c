import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type Annotation, AnnotationSchema, type Operation, OperationSchema, type Verdict, VerdictSchema,
} from "segmentation-client/projects";

/** Picture of a project, in a job or outside of jobs: operations on one are sent in order. */
export interface Place {
  readonly project: string;
  readonly picture: bigint;
  /** 0 for none. */
  readonly job: bigint;
}

/** State of an operation in the journal; those that were applied leave it. */
export type EntryState = "unsent" | "conflict" | "refused";

/** An operation or a verdict in the journal, in the form that the browser's database keeps. */
export interface JournalEntry {
  /** Place in the journal; operations are sent in this order. */
  readonly key: number;
  /** Tenant and subject of the person who made it. Another person who signs in here does not send it. */
  readonly owner: string;
  readonly place: Place;
  /** Window that held the picture's lease when the operation was made. */
  readonly holder: string;
  /** The annotation that is changed or judged. */
  readonly annotation: string;
  /** The operation, as a protobuf; empty where the entry is a verdict. */
  readonly operation: Uint8Array;
  /** The verdict, as a protobuf; absent where the entry is an operation. */
  readonly verdict?: Uint8Array;
  /** The annotation as it should be afterwards, as a protobuf; without a mask where it should be deleted. */
  readonly mine: Uint8Array;
  readonly state: EntryState;
  /** The server's annotation, as a protobuf, after a conflict. */
  readonly theirs?: Uint8Array;
  /** The server's reason, where it refused the operation. */
  readonly reason?: string;
}

/** An entry that has no place in the journal yet. */
export type NewEntry = Omit<JournalEntry, "key" | "state">;

/** Name of a place in keys. */
export function nameOfPlace({ project, picture, job }: Place): string {
  return `${project}/${picture}/${job}`;
}

/** The operation of an entry. */
export function operationOf({ operation }: Pick<JournalEntry, "operation">): Operation {
  return fromBinary(OperationSchema, operation);
}

/** The verdict of an entry; null where the entry is an operation. */
export function verdictOf({ verdict }: Pick<JournalEntry, "verdict">): Verdict | null {
  return verdict ? fromBinary(VerdictSchema, verdict) : null;
}

/** Id of the entry's operation or verdict. */
export function idOf(entry: Pick<JournalEntry, "operation" | "verdict">): string {
  return (verdictOf(entry) ?? operationOf(entry)).id;
}

/** Revision of the annotation that the entry was made on. */
export function baseOf(entry: Pick<JournalEntry, "operation" | "verdict">): bigint {
  return verdictOf(entry)?.annotationRevision ?? operationOf(entry).baseRevision;
}

/** The annotation that the person wants. */
export function mineOf({ mine }: Pick<JournalEntry, "mine">): Annotation {
  return fromBinary(AnnotationSchema, mine);
}

/** The server's annotation of a conflict; null when the server has none. */
export function theirsOf({ theirs }: Pick<JournalEntry, "theirs">): Annotation | null {
  return theirs ? fromBinary(AnnotationSchema, theirs) : null;
}

/** The bytes of an operation, for the journal. */
export function packOperation(operation: Operation): Uint8Array {
  return toBinary(OperationSchema, operation);
}

/** The bytes of a verdict, for the journal. */
export function packVerdict(verdict: Verdict): Uint8Array {
  return toBinary(VerdictSchema, verdict);
}

/** The bytes of an annotation, for the journal. */
export function packAnnotation(annotation: Annotation): Uint8Array {
  return toBinary(AnnotationSchema, annotation);
}
