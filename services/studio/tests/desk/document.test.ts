import { create } from "@bufbuild/protobuf";
import { encodeCounts, fromPixels } from "segmentation-client/rle";
import {
  type Annotation as AnnotationMessage, AnnotationSchema, AnnotationSource, AnnotationState, type Operation,
  OperationOutcomeSchema, OperationResult, OperationSchema, ProvenanceSchema, VerdictKind,
} from "segmentation-client/projects";
import { describe, expect, it } from "vitest";
import {
  addPoint, type Annotation, answer, choose, deleteObject, describeObject, EMPTY,
} from "../../src/annotation/Annotation";
import { advance, amend, begin, type History, redo, undo } from "../../src/annotation/History";
import { addDrawn, changeRecords, drawMask, newRecord } from "../../src/annotation/records";
import { type AnnotatedObject, maskOf } from "../../src/annotation/types";
import { DeskDocument } from "../../src/desk/DeskDocument";
import { idOf, operationOf, verdictOf } from "../../src/desk/journal/JournalEntry";
import type { Change } from "../../src/desk/KnownAnnotation";
import { combine } from "../../src/drawing/runs";
import { strokeRuns } from "../../src/drawing/stroke";
import { uuidv7 } from "../../src/shared/uuid";
import { FakeServer } from "./FakeServer";

const PLACE = { project: "p", picture: 7n, job: 0n };
const SIDE = 12;

describe("a step on the desk", () => {
  it("that draws an object is one operation, and every further step another one on the next revision", () => {
    const desk = new TestDesk();
    desk.do((annotation) => addDrawn(annotation, dot(3, 3)));
    const id = desk.objects[0].id;
    desk.do((annotation) => drawMask(annotation, id, combine(maskOf(desk.objects[0])!.runs, dot(6, 6), "or")));
    desk.do((annotation) => describeObject(annotation, id, { labelId: 4 }));
    desk.do((annotation) => changeRecords(annotation, new Set([id]), ({ z }) => ({ z: z + 1 })));
    desk.do((annotation) => deleteObject(annotation, id));

    expect(desk.operations.map(({ change }) => change.case))
      .toEqual(["create", "update", "update", "update", "delete"]);
    expect(desk.operations.map(({ baseRevision }) => baseRevision)).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(desk.applyAll()).toEqual(["1", "1", "1", "1", "1"]);
  });

  it("that changes nothing on the server is none", () => {
    const desk = new TestDesk();
    desk.do((annotation) => addDrawn(annotation, dot(3, 3)));
    desk.do((annotation) => ({ ...annotation, activeId: null }));
    desk.do((annotation) => describeObject(annotation, desk.objects[0].id, { hidden: true, name: "seen here only" }));

    expect(desk.operations).toHaveLength(1);
  });

  it("is undone and repeated by operations, too", () => {
    const desk = new TestDesk();
    desk.do((annotation) => addDrawn(annotation, dot(3, 3)));
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(5, 5)));
    desk.undo();
    desk.undo();
    desk.redo();
    desk.redo();

    expect(desk.operations.map(({ change }) => change.case))
      .toEqual(["create", "update", "update", "delete", "undelete", "update"]);
    expect(new Set(desk.applyAll())).toEqual(new Set(["1"]));
    expect(areaOn(desk)).toEqual([areaOf(dot(5, 5))]);
  });

  it("that takes another of the masks of a click is one that can be undone", () => {
    const desk = new TestDesk();
    desk.do((annotation) => addPoint(annotation, { x: 2, y: 2, foreground: true }, beginning()));
    expect(desk.operations).toEqual([]);
    const [{ id, prompt }] = desk.objects;
    desk.amend((annotation) => answer(annotation, id, prompt, [candidate(dot(2, 2), 0.9), candidate(dot(7, 7), 0.8)]));
    desk.do((annotation) => choose(annotation, id, 1));
    desk.undo();

    const updates = desk.operations.map(({ change }) => change.value as AnnotationMessage);
    expect(desk.operations.map(({ change }) => change.case)).toEqual(["create", "update", "update"]);
    expect(updates.map(({ mask }) => mask!.counts))
      .toEqual([dot(2, 2), dot(7, 7), dot(2, 2)].map(({ counts }) => encodeCounts(counts)));
    expect(updates[0].provenance).toMatchObject({
      source: AnnotationSource.ASSISTED, clicks: 2, activeMs: 1500n, edited: false, modelDigest: "digest",
    });
    expect(updates[0].provenance!.prompts[0].points).toHaveLength(1);
    expect(updates[1].provenance!.predictedIou).toBeCloseTo(0.8);
  });

  it("that accepts or rejects a proposal says so, and a label afterwards is a change of the annotation", () => {
    const desk = new TestDesk([proposal("a"), proposal("b")]);
    const [a, b] = desk.objects.map(({ id }) => id);
    desk.do((annotation) => changeRecords(annotation, new Set([a]), () => ({ state: "active" })));
    desk.do((annotation) => changeRecords(annotation, new Set([b]), () => ({ state: "rejected" })));
    desk.do((annotation) => describeObject(annotation, a, { labelId: 2 }));
    desk.undo();
    desk.undo();

    expect(desk.operations.map(({ change }) => change.case))
      .toEqual(["accept", "reject", "update", "update", "update"]);
    expect((desk.operations[4].change.value as AnnotationMessage).state).toBe(AnnotationState.PROPOSED);
    expect((desk.operations[2].change.value as AnnotationMessage).provenance!.source).toBe(AnnotationSource.PROPOSED);
  });

  it("that corrects a model's mask by hand is an edited one, and names what a click refines as its parent", () => {
    const desk = new TestDesk([proposal("a")]);
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(5, 5)));
    const edited = desk.operations[1].change.value as AnnotationMessage;
    expect(desk.operations.map(({ change }) => change.case)).toEqual(["accept", "update"]);
    expect(edited.provenance).toMatchObject({ source: AnnotationSource.PROPOSED, edited: true, modelDigest: "run" });

    const point = { x: 5, y: 5, foreground: true };
    desk.do((annotation) => addPoint({ ...annotation, activeId: desk.objects[0].id }, point));
    const [{ id, prompt }] = desk.objects;
    expect(prompt.refines?.mask?.runs).toEqual(dot(5, 5));
    desk.amend((annotation) => answer(annotation, id, prompt, [candidate(dot(6, 6), 0.95)]));
    desk.do((annotation) => annotation);
    expect((desk.operations[2].change.value as AnnotationMessage).provenance).toMatchObject({
      source: AnnotationSource.ASSISTED, parents: [desk.objects[0].record!.uuid], modelDigest: "digest", edited: true,
    });
  });
});

describe("somebody else's operation", () => {
  it("is shown, and no undo of this page takes it back", () => {
    const desk = new TestDesk([proposal("a"), proposal("b")]);
    desk.do((annotation) => describeObject(annotation, desk.objects[0].id, { labelId: 2 }));
    desk.follow(other({ case: "create", value: message("c", dot(8, 8)) }, 1n));
    desk.follow(other({ case: "update", value: message("b", dot(9, 9)) }, 2n));
    expect(desk.operations).toHaveLength(1);
    desk.undo();

    expect(desk.objects.map(({ record }) => record!.uuid).toSorted()).toEqual(["a", "b", "c"]);
    expect(maskOf(desk.objects.find(({ record }) => record!.uuid === "b")!)!.runs).toEqual(dot(9, 9));
    // The undo changed the one object that this page had changed.
    expect(desk.operations.map(({ change }) => (change.value as AnnotationMessage).id)).toEqual(["a", "a"]);
    desk.follow(other({ case: "delete", value: "c" }, 2n, message("c", dot(8, 8), true)));
    expect(desk.objects).toHaveLength(2);
    expect(desk.operations).toHaveLength(2);
  });

  it("on an object that this page is changing waits for the conflict", () => {
    const desk = new TestDesk([proposal("a")]);
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(5, 5)));
    desk.follow(other({ case: "update", value: message("a", dot(9, 9)) }, 2n));

    expect(maskOf(desk.objects[0])!.runs).toEqual(dot(5, 5));
    // The next operation of this page is still made on the revision that this page has seen.
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(6, 6)));
    expect(desk.operations.map(({ baseRevision }) => baseRevision)).toEqual([1n, 2n, 3n]);
    expect(desk.document.server.value.get("a")!.revision).toBe(2n);
  });

  it("that this page has sent itself is not shown again", () => {
    const desk = new TestDesk();
    desk.do((annotation) => addDrawn(annotation, dot(3, 3)));
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(5, 5)));
    desk.applyAll();
    desk.document.follow(desk.server.applied);

    expect(maskOf(desk.objects[0])!.runs).toEqual(dot(5, 5));
    expect(desk.operations).toHaveLength(2);
    expect(desk.document.sequence).toBe(2n);
  });
});

describe("a verdict", () => {
  it("is on the revision that this page's operations lead to, and is shown before the server has it", () => {
    const desk = new TestDesk([accepted("a")]);
    desk.do((annotation) => drawMask(annotation, desk.objects[0].id, dot(5, 5)));
    const change = desk.document.judge("a", VerdictKind.UNSATISFACTORY, "Cut off.")!;
    expect(verdictOf(change)).toMatchObject({ annotation: "a", annotationRevision: 2n, note: "Cut off." });
    expect(desk.document.server.value.get("a")!.verdict).toBe(VerdictKind.UNSATISFACTORY);
    desk.do((annotation) => describeObject(annotation, desk.objects[0].id, { labelId: 3 }));

    expect(desk.operations.map(({ baseRevision }) => baseRevision)).toEqual([1n, 3n]);
    expect(desk.document.judge("unknown", VerdictKind.REJECTED, "")).toBeNull();
  });

  it("that rejects takes the object away, and no undo brings it back; after a conflict it is there again", () => {
    const desk = new TestDesk([accepted("a"), accepted("b")]);
    desk.do((annotation) => describeObject(annotation, desk.objects[1].id, { labelId: 3 }));
    const change = desk.document.judge("a", VerdictKind.REJECTED, "")!;
    desk.undo();
    expect(desk.objects.map(({ record }) => record!.uuid)).toEqual(["b"]);
    expect(desk.operations).toHaveLength(2);

    const current = create(AnnotationSchema, { ...message("a", dot(9, 9)), revision: 5n });
    desk.document.settle([create(OperationOutcomeSchema, {
      id: idOf(change), result: OperationResult.CONFLICT, current,
    })]);
    expect(desk.objects.map(({ record }) => record!.uuid).toSorted()).toEqual(["a", "b"]);
    expect(desk.document.server.value.get("a")!.verdict).toBe(VerdictKind.UNSPECIFIED);
    desk.do((annotation) => deleteObject(annotation, desk.objects.find(({ record }) => record!.uuid === "a")!.id));
    expect(desk.operations[2].baseRevision).toBe(5n);
  });

  it("of an earlier visit is shown until the server has it", () => {
    const first = new TestDesk([accepted("a"), accepted("b")]);
    const verdicts = [
      first.document.judge("a", VerdictKind.SATISFACTORY, "")!, first.document.judge("b", VerdictKind.REJECTED, "")!,
    ];
    const entries = verdicts.map((change, key) => ({
      ...change, key, owner: "me", place: PLACE, holder: "h", state: "unsent" as const,
    }));
    const second = new TestDesk([accepted("a"), accepted("b")], entries);

    expect(second.objects.map(({ record }) => record!.uuid)).toEqual(["a"]);
    expect(second.document.server.value.get("a")!.verdict).toBe(VerdictKind.SATISFACTORY);
    expect(second.operations).toEqual([]);
  });
});

describe("a picture that is opened again", () => {
  it("shows what the server does not have yet, and goes on from there", () => {
    const first = new TestDesk([proposal("a"), proposal("b")]);
    first.do((annotation) => drawMask(annotation, first.objects[0].id, dot(5, 5)));
    first.do((annotation) => deleteObject(annotation, first.objects[1].id));
    first.do((annotation) => addDrawn(annotation, dot(8, 8)));
    const entries = first.changes.map((change, key) => ({
      ...change, key, owner: "me", place: PLACE, holder: "h", state: "unsent" as const,
    }));

    const second = new TestDesk([proposal("a"), proposal("b")], entries);
    expect(second.objects.map((object) => maskOf(object)!.runs))
      .toEqual(first.objects.map((object) => maskOf(object)!.runs));
    expect(second.operations).toEqual([]);
    const { id } = second.objects.find(({ record }) => record!.uuid === "a")!;
    second.do((annotation) => describeObject(annotation, id, { labelId: 1 }));
    expect(second.operations.map(({ baseRevision }) => baseRevision)).toEqual([3n]);
  });
});

/** A desk's document with an editor of steps, whose changes are collected after each. */
class TestDesk {
  readonly document: DeskDocument;
  readonly changes: Change[] = [];
  readonly server = new FakeServer();
  private history: History<Annotation> = begin(EMPTY);

  constructor(messages: readonly AnnotationMessage[] = [], entries: Parameters<DeskDocument["load"]>[1] = []) {
    messages.forEach((one) => this.server.annotations.set(`p/7/0 ${one.id}`, one));
    this.document = new DeskDocument({
      peek: () => this.history.present, amend: (change) => this.amend(change),
    });
    this.document.load(messages, entries, 0n);
  }

  get objects(): readonly AnnotatedObject[] {
    return this.history.present.objects;
  }

  get operations(): Operation[] {
    return this.changes.map((change) => operationOf(change));
  }

  do(step: (annotation: Annotation) => Annotation): void {
    this.history = advance(this.history, step(this.history.present));
    this.collect();
  }

  undo(): void {
    this.history = undo(this.history);
    this.collect();
  }

  redo(): void {
    this.history = redo(this.history);
    this.collect();
  }

  /** As an editor whose steps are followed by an effect: changes are looked for after every one, whoever made it. */
  amend(change: (annotation: Annotation) => Annotation): void {
    this.history = amend(this.history, change);
    this.collect();
  }

  follow(operation: Operation): void {
    this.document.follow([operation]);
  }

  /** Lets the server apply everything; returns the results. */
  applyAll(): string[] {
    return this.operations.map((operation) => String(this.server.byOther(PLACE, operation).result));
  }

  private collect(): void {
    this.changes.push(...(this.document as DeskDocument | undefined)?.collect(
      () => ({ activeMs: 1500, clicks: 2, modelDigest: "digest" }), () => false) ?? []);
  }
}

function beginning() {
  return { labelId: null, mark: { colour: "#3399ff", pattern: 0 }, newRecord: () => newRecord([]) };
}

function dot(x: number, y: number) {
  return strokeRuns([{ x, y }], 3, SIDE, SIDE);
}

function candidate(runs: ReturnType<typeof dot>, predictedIou: number) {
  return { runs, area: areaOf(runs), box: { x: 0, y: 0, width: 1, height: 1 }, predictedIou, stabilityScore: 0.9 };
}

function areaOf({ counts }: ReturnType<typeof dot>): number {
  return counts.reduce((sum, count, index) => sum + (index & 1 ? count : 0), 0);
}

function areaOn(desk: TestDesk): number[] {
  return desk.objects.map((object) => areaOf(maskOf(object)!.runs));
}

function message(
  id: string, runs = fromPixels(new Uint8Array(SIDE * SIDE).fill(1), SIDE, SIDE), isDeleted = false,
): AnnotationMessage {
  return create(AnnotationSchema, {
    id, mask: { size: [SIDE, SIDE], counts: encodeCounts(runs.counts) },
    ...(isDeleted ? { deleteTime: { seconds: 1n, nanos: 0 } } : {}),
  });
}

function accepted(id: string): AnnotationMessage {
  return create(AnnotationSchema, { ...message(id), revision: 1n, state: AnnotationState.ACTIVE });
}

function proposal(id: string): AnnotationMessage {
  return create(AnnotationSchema, {
    ...message(id), revision: 1n, state: AnnotationState.PROPOSED,
    provenance: create(ProvenanceSchema, { source: AnnotationSource.PROPOSED, predictedIou: 0.93, modelDigest: "run" }),
  });
}

let sequence = 100n;

function other(change: Operation["change"], revision: bigint, after?: AnnotationMessage): Operation {
  const value = after ?? change.value as AnnotationMessage;
  return create(OperationSchema, {
    id: uuidv7(), change, author: "other", sequence: ++sequence,
    after: create(AnnotationSchema, { ...value, revision }),
  });
}
