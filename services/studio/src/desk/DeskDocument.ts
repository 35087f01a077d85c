import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { signal } from "@preact/signals";
import {
  type Annotation as AnnotationMessage, AnnotationSchema, type Operation, type OperationOutcome, OperationResult,
  OperationSchema,
} from "segmentation-client/projects";
import type { Annotation } from "../annotation/Annotation";
import { markAt } from "../annotation/palette";
import { inStack } from "../annotation/records";
import { type AnnotatedObject, maskOf } from "../annotation/types";
import { isSameRuns } from "../drawing/runs";
import { uuidv7 } from "../shared/uuid";
import { texts } from "../texts/texts";
import {
  type JournalEntry, mineOf, type NewEntry, operationOf, packAnnotation, packOperation,
} from "./journal/JournalEntry";
import { type Content, contentOf, isSame } from "./content";
import { type Effort, toMessage, toObject } from "./messages";

/** The editor whose steps become operations. */
export interface DocumentEditor {
  /** The present annotation. */
  readonly peek: () => Annotation;
  /** Changes the annotation in all steps, without one to undo. */
  readonly amend: (change: (annotation: Annotation) => Annotation) => void;
}

/** An operation that a step of the editor needs, without owner, place and holder. */
export type Change = Pick<NewEntry, "annotation" | "operation" | "mine"> & { readonly id: string };

interface Known {
  /** Revision on the server once all operations of this page are applied. */
  revision: bigint;
  /** As it was before it was deleted, where it is. */
  content: Content | null;
  isDeleted: boolean;
  /** The last that the server said of it; undefined before. */
  server: AnnotationMessage | undefined;
  /** Ids of operations that have no outcome yet, or wait for the person. */
  readonly outstanding: Set<string>;
}

/**
 * What is drawn on a picture, between the editor and the journal: turns steps of the editor, undo too, into operations,
 * and puts other people's operations into all steps of the editor, so that no undo of this page takes them back.
 */
export class DeskDocument {
  /** The server's view of each annotation, by its id: verdicts and authors. */
  readonly server = signal<ReadonlyMap<string, AnnotationMessage>>(new Map());
  private readonly known = new Map<string, Known>();
  private readonly numbers = new Map<string, number>();
  private readonly own = new Set<string>();
  /** Where a watch goes on. */
  sequence = 0n;
  /** True while the editor is being changed by somebody else than its user. */
  private isFollowing = false;

  constructor(private readonly editor: DocumentEditor) {}

  /** Shows what the server has, with operations of the journal that it does not have yet. */
  load(messages: readonly AnnotationMessage[], entries: readonly JournalEntry[], sequence: bigint): void {
    this.sequence = sequence;
    this.known.clear();
    this.numbers.clear();
    const shown = new Map(messages.filter((one) => !one.deleteTime).map((one) => [one.id, one]));
    for (const message of messages) {
      this.known.set(message.id, {
        revision: message.revision, content: null, isDeleted: message.deleteTime !== undefined, server: message,
        outstanding: new Set(),
      });
    }
    for (const entry of entries) {
      const { id, baseRevision } = operationOf(entry);
      const known = this.known.get(entry.annotation)
        ?? { revision: 0n, content: null, isDeleted: false, server: undefined, outstanding: new Set<string>() };
      this.known.set(entry.annotation, known);
      known.outstanding.add(id);
      known.revision = baseRevision + 1n;
      this.own.add(id);
      const mine = mineOf(entry);
      known.isDeleted = !mine.mask;
      if (mine.mask) {
        shown.set(entry.annotation, mine);
      } else {
        shown.delete(entry.annotation);
      }
    }
    this.amend((annotation) => {
      const objects = [...shown.values()].map((message) => this.objectOf(message));
      return { ...annotation, objects: inStack(objects), nextId: this.nextNumber(annotation) };
    });
    for (const object of this.editor.peek().objects) {
      this.known.get(object.record!.uuid)!.content = contentOf(object);
    }
    this.isFollowing = false;
    this.tell();
  }

  /**
   * Finds what the editor's present has and the journal has not.
   * @param effort Effort since the last call.
   * @param isPending Returns true for an object whose mask is on its way: it is told of when the mask is there.
   */
  collect(effort: () => Effort, isPending: (object: AnnotatedObject) => boolean): Change[] {
    const changes: Change[] = [];
    if (this.isFollowing) {
      return changes;
    }
    const present = new Set<string>();
    let taken: Effort | undefined;
    const take = () => (taken ??= effort());
    for (const object of this.editor.peek().objects) {
      const uuid = object.record?.uuid;
      if (uuid === undefined) {
        continue;
      }
      present.add(uuid);
      if (object.answered && maskOf(object) && !isPending(object)) {
        changes.push(...this.changesOf(object, take));
      }
    }
    for (const [uuid, known] of this.known) {
      if (!known.isDeleted && !present.has(uuid)) {
        known.isDeleted = true;
        const gone = create(AnnotationSchema, { id: uuid });
        changes.push(this.changeOf(uuid, known, { case: "delete", value: uuid }, gone, take()));
      }
    }
    return changes;
  }

  /** Takes outcomes of own operations. */
  settle(outcomes: readonly OperationOutcome[]): void {
    for (const { id, result, current } of outcomes) {
      const known = current && this.known.get(current.id);
      if (known && result === OperationResult.APPLIED) {
        known.outstanding.delete(id);
        known.server = current;
      }
    }
    this.tell();
  }

  /** Takes operations of a watch. Those of this page are known; others change objects that this page leaves alone. */
  follow(operations: readonly Operation[]): void {
    const news: AnnotationMessage[] = [];
    for (const operation of operations) {
      this.sequence = operation.sequence > this.sequence ? operation.sequence : this.sequence;
      const { after } = operation;
      if (!after) {
        continue;
      }
      const known = this.known.get(after.id);
      if (this.own.has(operation.id)) {
        if (known && (known.server?.revision ?? 0n) < after.revision) {
          known.server = after;
        }
        continue;
      }
      if (known && known.server && known.server.revision >= after.revision) {
        continue;
      }
      if (known && (known.outstanding.size > 0 || this.isBeingChanged(after.id))) {
        // The next operation of this page is a conflict then, and the person decides.
        known.server = after;
        continue;
      }
      news.push(after);
    }
    this.show(news);
    this.tell();
  }

  /**
   * Shows annotations as they are on the server, or as a resolved conflict made them.
   * @param added Operations of this page that lead there, by annotation.
   */
  show(messages: readonly AnnotationMessage[], added: readonly NewEntry[] = []): void {
    if (messages.length === 0) {
      return;
    }
    const latest = new Map(messages.map((message) => [message.id, message]));
    this.amend((annotation) => {
      const kept = annotation.objects.filter(({ record }) => !record || !latest.has(record.uuid));
      const shown = [...latest.values()].filter(({ deleteTime }) => !deleteTime)
        .map((message) => this.objectOf(message));
      const objects = inStack([...kept, ...shown]);
      const isThere = objects.some(({ id }) => id === annotation.activeId);
      return { objects, activeId: isThere ? annotation.activeId : null, nextId: this.nextNumber(annotation) };
    });
    for (const message of latest.values()) {
      const operations = added.filter((entry) => entry.annotation === message.id).map(operationOf);
      const object = this.editor.peek().objects.find(({ record }) => record?.uuid === message.id);
      operations.forEach(({ id }) => this.own.add(id));
      this.known.set(message.id, {
        revision: operations.length > 0 ? operations[operations.length - 1].baseRevision + 1n : message.revision,
        content: object ? contentOf(object) : null,
        isDeleted: object === undefined,
        server: operations.length > 0 ? this.known.get(message.id)?.server : message,
        outstanding: new Set(operations.map(({ id }) => id)),
      });
    }
    this.isFollowing = false;
    this.tell();
  }

  /** Forgets an annotation that the server never had. */
  forget(uuid: string): void {
    this.known.delete(uuid);
    this.editor.amend((annotation) => ({
      ...annotation, objects: annotation.objects.filter(({ record }) => record?.uuid !== uuid),
    }));
  }

  private changesOf(object: AnnotatedObject, take: () => Effort): Change[] {
    const uuid = object.record!.uuid;
    const content = contentOf(object);
    const known = this.known.get(uuid);
    const before = known?.content;
    if (known && !known.isDeleted && before && isSame(before, content)) {
      return [];
    }
    const isDrawn = !before || !isSameRuns(before.runs, content.runs);
    const effort = take();
    const message = toMessage(object, isDrawn ? effort : undefined);
    if (!isDrawn && before.provenance) {
      message.provenance = before.provenance;
    }
    const reached: Content = { ...content, provenance: message.provenance };
    if (!known) {
      const created: Known = {
        revision: 0n, content: reached, isDeleted: false, server: undefined, outstanding: new Set(),
      };
      this.known.set(uuid, created);
      return [this.changeOf(uuid, created, { case: "create", value: message }, message, effort)];
    }
    const changes: Change[] = [];
    const add = (change: Operation["change"]) => changes.push(this.changeOf(uuid, known, change, message, effort));
    if (known.isDeleted) {
      add({ case: "undelete", value: uuid });
    } else if (before?.state === "proposed" && content.state !== "proposed") {
      add({ case: content.state === "active" ? "accept" : "reject", value: uuid });
    }
    // An accepted or rejected proposal may be as it should be by that alone.
    const isDecided = changes.length > 0 && !known.isDeleted;
    const isDone = before && isSame(isDecided ? { ...before, state: content.state } : before, content);
    known.isDeleted = false;
    known.content = reached;
    if (!isDone) {
      add({ case: "update", value: message });
    }
    return changes;
  }

  private changeOf(
    uuid: string, known: Known, change: Operation["change"], mine: AnnotationMessage, { activeMs, clicks }: Effort,
  ): Change {
    const operation = create(OperationSchema, {
      id: uuidv7(), baseRevision: known.revision, change, clientTime: timestampFromDate(new Date()),
      activeMs: BigInt(activeMs), clicks,
    });
    known.revision++;
    known.outstanding.add(operation.id);
    this.own.add(operation.id);
    return { id: operation.id, annotation: uuid, operation: packOperation(operation), mine: packAnnotation(mine) };
  }

  /** Changes the editor; until `isFollowing` is false again, nothing of this is taken for a step of its user. */
  private amend(change: (annotation: Annotation) => Annotation): void {
    this.isFollowing = true;
    this.editor.amend(change);
  }

  private isBeingChanged(uuid: string): boolean {
    return this.editor.peek().objects.some(({ record, answered }) => record?.uuid === uuid && !answered);
  }

  private objectOf(message: AnnotationMessage): AnnotatedObject {
    const number = this.numbers.get(message.id) ?? this.nextNumber(this.editor.peek());
    this.numbers.set(message.id, number);
    return toObject(message, number, texts.peek().objects.name(number), markAt(number - 1));
  }

  private nextNumber({ nextId, objects }: Annotation): number {
    return Math.max(nextId, 1 + Math.max(0, ...this.numbers.values(), ...objects.map(({ id }) => id)));
  }

  private tell(): void {
    this.server.value = new Map([...this.known].flatMap(([uuid, { server }]) => (server ? [[uuid, server]] : [])));
  }
}
