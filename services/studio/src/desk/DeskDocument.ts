import { signal } from "@preact/signals";
import {
  type Annotation as AnnotationMessage, type Operation, type OperationOutcome, OperationResult, VerdictKind,
} from "segmentation-client/projects";
import { type Annotation, deleteObject } from "../annotation/Annotation";
import { markAt } from "../annotation/palette";
import { inStack } from "../annotation/records";
import { type AnnotatedObject, maskOf } from "../annotation/types";
import { texts } from "../texts/texts";
import { contentOf } from "./content";
import { type JournalEntry, mineOf, type NewEntry } from "./journal/JournalEntry";
import { type Change, KnownAnnotation } from "./KnownAnnotation";
import { type Effort, toObject } from "./messages";

/** The editor whose steps become operations. */
export interface DocumentEditor {
  /** The present annotation. */
  readonly peek: () => Annotation;
  /** Changes the annotation in all steps, without one to undo. */
  readonly amend: (change: (annotation: Annotation) => Annotation) => void;
}

/**
 * The objects of a picture, between the editor and the journal: turns steps of the editor, undo too, into operations,
 * and puts other people's operations into all steps of the editor, so that no undo of this page takes them back.
 */
export class DeskDocument {
  /** The server's annotations by their ids, with verdicts that are on their way: for verdicts and authors. */
  readonly server = signal<ReadonlyMap<string, AnnotationMessage>>(new Map());
  private readonly known = new Map<string, KnownAnnotation>();
  private readonly numbers = new Map<string, number>();
  private readonly own = new Set<string>();
  /** Number of the last operation that the page knows: a watch goes on behind it. */
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
      this.known.set(message.id, new KnownAnnotation(message.id, message, this.own));
    }
    for (const entry of entries) {
      const mine = mineOf(entry);
      this.knownOf(entry.annotation).follow(entry);
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
        changes.push(...this.knownOf(uuid).changesTo(object, take));
      }
    }
    for (const [uuid, known] of this.known) {
      if (!known.isDeleted && !present.has(uuid)) {
        changes.push(known.delete(take()));
      }
    }
    return changes;
  }

  /**
   * Judges an annotation that the server has. A rejected one leaves the page, and no undo brings it back.
   * @returns The verdict for the journal; null where the server does not have the annotation.
   */
  judge(uuid: string, kind: VerdictKind, note: string): Change | null {
    const known = this.known.get(uuid);
    const object = this.editor.peek().objects.find(({ record }) => record?.uuid === uuid);
    if (!known?.server || !object) {
      return null;
    }
    const change = known.judge(object, kind, note);
    if (known.isDeleted) {
      this.editor.amend((annotation) => deleteObject(annotation, object.id));
    }
    this.tell();
    return change;
  }

  /** Takes outcomes of own operations and verdicts. */
  settle(outcomes: readonly OperationOutcome[]): void {
    const news: AnnotationMessage[] = [];
    for (const { id, result, current } of outcomes) {
      const known = current && this.known.get(current.id);
      if (known && result === OperationResult.APPLIED) {
        known.applied(id, current);
        // A verdict that was sent by an earlier visit may have taken the annotation away.
        if (known.outstanding.size === 0 && known.isDeleted !== (current.deleteTime !== undefined)) {
          news.push(current);
        }
      } else if (known?.isOnlyJudged && result === OperationResult.CONFLICT) {
        // The person has to look at it again.
        news.push(current!);
      }
    }
    this.show(news);
    this.tell();
  }

  /** Takes a verdict that is sent again, after all else on its annotation. */
  judgeAgain(entry: JournalEntry): void {
    this.known.get(entry.annotation)?.follow(entry);
    this.tell();
  }

  /** The last that the server said of an annotation; undefined where that is nothing. */
  serverOf(uuid: string): AnnotationMessage | undefined {
    return this.known.get(uuid)?.server;
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
      const own = added.filter((entry) => entry.annotation === message.id);
      const object = this.editor.peek().objects.find(({ record }) => record?.uuid === message.id);
      const server = own.length > 0 ? this.known.get(message.id)?.server : message;
      const known = new KnownAnnotation(message.id, server, this.own);
      known.revision = message.revision;
      own.forEach((entry) => known.follow(entry));
      known.content = object ? contentOf(object) : null;
      known.isDeleted = object === undefined;
      this.known.set(message.id, known);
    }
    this.isFollowing = false;
    this.tell();
  }

  /** Forgets an annotation that the server never had. */
  forget(uuid: string): void {
    this.known.delete(uuid);
    this.editor.amend((annotation) => {
      const object = annotation.objects.find(({ record }) => record?.uuid === uuid);
      return object ? deleteObject(annotation, object.id) : annotation;
    });
  }

  private knownOf(uuid: string): KnownAnnotation {
    const known = this.known.get(uuid) ?? new KnownAnnotation(uuid, undefined, this.own);
    this.known.set(uuid, known);
    return known;
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
    this.server.value = new Map([...this.known].flatMap(([uuid, { shown }]) => (shown ? [[uuid, shown]] : [])));
  }
}
