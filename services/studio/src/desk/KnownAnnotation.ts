import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type Annotation as AnnotationMessage, AnnotationSchema, type Operation, OperationSchema, VerdictKind, VerdictSchema,
} from "segmentation-client/projects";
import type { AnnotatedObject } from "../annotation/types";
import { isSameRuns } from "../drawing/runs";
import { uuidv7 } from "../shared/uuid";
import { type Content, contentOf, isSame } from "./content";
import {
  baseOf, idOf, mineOf, type NewEntry, packAnnotation, packOperation, packVerdict, verdictOf,
} from "./journal/JournalEntry";
import { type Effort, toMessage } from "./messages";

/** An operation that a step of the editor needs, or a verdict, without owner, place and holder. */
export type Change = Pick<NewEntry, "annotation" | "operation" | "verdict" | "mine">;

/** One annotation as the journal and the server have it; makes the operations that lead from there to the editor's. */
export class KnownAnnotation {
  /** Revision on the server once all operations of this page are applied. */
  revision: bigint;
  /** Content in the journal, or before the deletion where it is deleted; null where none was seen. */
  content: Content | null = null;
  isDeleted: boolean;
  /** Ids of operations and verdicts that have no outcome yet, or wait for the person. */
  readonly outstanding = new Set<string>();
  /** The verdicts among them. */
  private readonly judging = new Map<string, VerdictKind>();

  /**
   * @param server The last that the server said of it; undefined before.
   * @param own Receives the ids of all operations and verdicts of this page.
   */
  constructor(
    private readonly uuid: string, public server: AnnotationMessage | undefined, private readonly own: Set<string>,
  ) {
    this.revision = server?.revision ?? 0n;
    this.isDeleted = server?.deleteTime !== undefined;
  }

  /** Takes an entry that the journal has already, the earliest first. */
  follow(entry: NewEntry): void {
    this.revision = baseOf(entry);
    this.made(idOf(entry), verdictOf(entry)?.kind);
    this.isDeleted = !mineOf(entry).mask;
  }

  /** Takes the outcome of an operation or a verdict that was applied. */
  applied(id: string, current: AnnotationMessage): void {
    this.outstanding.delete(id);
    this.judging.delete(id);
    this.server = current;
  }

  /** True if nothing but verdicts has no outcome yet. */
  get isOnlyJudged(): boolean {
    return this.judging.size > 0 && this.judging.size === this.outstanding.size;
  }

  /** The server's annotation with the verdict that is on its way; undefined where the server said nothing yet. */
  get shown(): AnnotationMessage | undefined {
    const verdict = [...this.judging.values()].pop();
    return this.server && verdict !== undefined ? create(AnnotationSchema, { ...this.server, verdict }) : this.server;
  }

  /**
   * Makes the operations that bring the annotation to an object's state.
   * @param take Returns the effort since the last operation.
   */
  changesTo(object: AnnotatedObject, take: () => Effort): Change[] {
    const content = contentOf(object);
    const before = this.content;
    if (!this.isDeleted && before && isSame(before, content)) {
      return [];
    }
    const isDrawn = !before || !isSameRuns(before.runs, content.runs);
    const effort = take();
    const message = isDrawn ? toMessage(object, effort) : this.unchanged(object);
    const reached: Content = { ...content, provenance: message.provenance };
    if (this.revision === 0n) {
      this.content = reached;
      return [this.change({ case: "create", value: message }, message, effort)];
    }
    const changes: Change[] = [];
    const add = (change: Operation["change"]) => changes.push(this.change(change, message, effort));
    if (this.isDeleted) {
      add({ case: "undelete", value: this.uuid });
    } else if (before?.state === "proposed" && content.state !== "proposed") {
      add({ case: content.state === "active" ? "accept" : "reject", value: this.uuid });
    }
    // An accepted or rejected proposal may be as it should be by that alone.
    const isDecided = changes.length > 0 && !this.isDeleted;
    const isDone = before && isSame(isDecided ? { ...before, state: content.state } : before, content);
    this.isDeleted = false;
    this.content = reached;
    if (!isDone) {
      add({ case: "update", value: message });
    }
    return changes;
  }

  /** Makes the operation that deletes the annotation. */
  delete(effort: Effort): Change {
    this.isDeleted = true;
    return this.change({ case: "delete", value: this.uuid }, create(AnnotationSchema, { id: this.uuid }), effort);
  }

  /** Makes a verdict on the annotation, which is the object of the editor; rejected it is deleted. */
  judge(object: AnnotatedObject, kind: VerdictKind, note: string): Change {
    const verdict = create(VerdictSchema, {
      id: uuidv7(), annotation: this.uuid, annotationRevision: this.revision, kind, note,
    });
    this.isDeleted = kind === VerdictKind.REJECTED;
    const mine = this.isDeleted ? create(AnnotationSchema, { id: this.uuid }) : this.unchanged(object);
    this.made(verdict.id, kind);
    return {
      annotation: this.uuid, operation: new Uint8Array(), verdict: packVerdict(verdict), mine: packAnnotation(mine),
    };
  }

  private change(change: Operation["change"], mine: AnnotationMessage, { activeMs, clicks }: Effort): Change {
    const operation = create(OperationSchema, {
      id: uuidv7(), baseRevision: this.revision, change, clientTime: timestampFromDate(new Date()),
      activeMs: BigInt(activeMs), clicks,
    });
    this.made(operation.id);
    return { annotation: this.uuid, operation: packOperation(operation), mine: packAnnotation(mine) };
  }

  private made(id: string, verdict?: VerdictKind): void {
    this.revision++;
    this.outstanding.add(id);
    this.own.add(id);
    if (verdict !== undefined) {
      this.judging.set(id, verdict);
    }
  }

  /** The message of an object whose mask is as the journal has it. */
  private unchanged(object: AnnotatedObject): AnnotationMessage {
    const message = toMessage(object, undefined);
    if (this.content?.provenance) {
      message.provenance = this.content.provenance;
    }
    return message;
  }
}
