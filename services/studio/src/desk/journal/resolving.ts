import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type Annotation, AnnotationSchema, AnnotationState, type Operation, OperationSchema,
} from "segmentation-client/projects";
import { uuidv7 } from "../../shared/uuid";
import {
  type JournalEntry, mineOf, nameOfPlace, type NewEntry, operationOf, packAnnotation, packOperation, theirsOf,
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
 * revision, or as an object of its own, or gives way.
 * @param entries All entries on the annotation, in their order.
 */
export function resolve(entries: readonly JournalEntry[], how: Resolution): Resolved {
  const first = entries[0];
  const last = entries[entries.length - 1];
  const theirs = theirsOf(entries.find(({ state }) => state === "conflict") ?? first);
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
  return { removed, added: ownOn(theirs, mine, last), shown: mine.mask ? mine : null };
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

/** Operations as a file that a person can keep: one protobuf as JSON a line. */
export function toFile(entries: readonly JournalEntry[], toJson: (operation: Operation) => unknown): Blob {
  const lines = entries.map((entry) => JSON.stringify({
    project: entry.place.project, picture: String(entry.place.picture), job: String(entry.place.job),
    state: entry.state, reason: entry.reason ?? "", operation: toJson(operationOf(entry)),
  }));
  return new Blob(lines.map((line) => `${line}\n`), { type: "application/x-ndjson" });
}
