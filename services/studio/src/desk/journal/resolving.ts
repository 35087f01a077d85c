import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type Annotation, AnnotationSchema, AnnotationState, type Operation, OperationSchema, type Verdict, VerdictSchema,
} from "segmentation-client/projects";
import { uuidv7 } from "../../shared/uuid";
import {
  type JournalEntry, mineOf, nameOfPlace, type NewEntry, operationOf, packAnnotation, packOperation, packVerdict,
  theirsOf, verdictOf,
} from "./JournalEntry";

/** Answer to a conflict. */
export type Resolution = "mine" | "both" | "theirs";

/** Change of the journal that a resolution makes. */
export interface Resolved {
  /** Keys of the entries that leave. */
  readonly removed: readonly number[];
  readonly added: readonly NewEntry[];
  /** The annotation as the page should show it; null: none. With `both` the server's stays beside it. */
  readonly shown: Annotation | null;
}

/** All entries of the journal on the annotation of an entry, in their order: they are decided together. */
export function entriesOfSame(entry: JournalEntry, entries: readonly JournalEntry[]): JournalEntry[] {
  return entries.filter((other) =>
    other.annotation === entry.annotation && nameOfPlace(other.place) === nameOfPlace(entry.place));
}

/**
 * Resolves a conflict. The last state that the person made is what counts; it is kept as new operations on the server's
 * revision, or as an object of its own, or gives way. A verdict on the person's state stays with "mine" only: it was on
 * no other object.
 * @param entries All entries on the annotation, in their order.
 */
export function resolve(entries: readonly JournalEntry[], how: Resolution): Resolved {
  const operations = entries.filter(({ verdict }) => !verdict);
  const last = operations[operations.length - 1];
  const judged = entries.findLast(({ verdict }) => verdict);
  const theirs = theirsOf(entries.find(({ state }) => state === "conflict") ?? entries[0]);
  const mine = mineOf(last);
  const removed = entries.map(({ key }) => key);
  if (how === "theirs") {
    return { removed, added: [], shown: theirs?.deleteTime ? null : theirs };
  }
  if (!mine.mask && (how === "both" || !theirs)) {
    return { removed, added: [], shown: null };
  }
  if (how === "both" || !theirs) {
    const own = create(AnnotationSchema, { ...mine, id: uuidv7(), revision: 0n });
    return { removed, added: [entryOf(last, own, { case: "create", value: own }, 0n)], shown: own };
  }
  const added = ownOn(theirs, mine, last);
  return {
    removed, shown: mine.mask ? mine : null,
    added: judged && mine.mask ? [...added, onRevision(judged, theirs.revision + BigInt(added.length))] : added,
  };
}

/** An entry's verdict on another revision of the annotation. */
export function onRevision(entry: JournalEntry, annotationRevision: bigint): NewEntry {
  const { owner, place, holder, annotation, mine, operation } = entry;
  const verdict = create(VerdictSchema, { ...verdictOf(entry)!, annotationRevision });
  return { owner, place, holder, annotation, mine, operation, verdict: packVerdict(verdict) };
}

/** Operations that bring the server's annotation to the person's state. */
function ownOn(theirs: Annotation, mine: Annotation, entry: JournalEntry): NewEntry[] {
  const added: NewEntry[] = [];
  let revision = theirs.revision;
  const add = (change: Operation["change"]) => added.push(entryOf(entry, mine, change, revision++));
  if (!mine.mask) {
    if (!theirs.deleteTime) {
      add({ case: "delete", value: mine.id });
    }
    return added;
  }
  if (theirs.deleteTime) {
    add({ case: "undelete", value: mine.id });
  }
  if (theirs.state === AnnotationState.PROPOSED && mine.state === AnnotationState.ACTIVE) {
    add({ case: "accept", value: mine.id });
  }
  add({ case: "update", value: create(AnnotationSchema, { ...mine, revision: 0n }) });
  return added;
}

function entryOf(entry: JournalEntry, mine: Annotation, change: Operation["change"], baseRevision: bigint): NewEntry {
  const before = operationOf(entry);
  const { owner, place, holder } = entry;
  return {
    owner, place, holder, annotation: mine.id, mine: packAnnotation(mine),
    operation: packOperation(create(OperationSchema, {
      id: uuidv7(), baseRevision, change, clientTime: before.clientTime ?? timestampFromDate(new Date()),
      activeMs: before.activeMs, clicks: before.clicks,
    })),
  };
}

/**
 * Operations and verdicts as a file that a person can keep: one protobuf as JSON a line.
 * @param toJson Writes a protobuf as JSON.
 */
export function toFile(entries: readonly JournalEntry[], toJson: (message: Operation | Verdict) => unknown): Blob {
  const lines = entries.map((entry) => {
    const verdict = verdictOf(entry);
    return JSON.stringify({
      project: entry.place.project, picture: String(entry.place.picture), job: String(entry.place.job),
      state: entry.state, reason: entry.reason ?? "",
      ...(verdict ? { verdict: toJson(verdict) } : { operation: toJson(operationOf(entry)) }),
    });
  });
  return new Blob(lines.map((line) => `${line}\n`), { type: "application/x-ndjson" });
}
