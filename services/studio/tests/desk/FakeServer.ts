import { create } from "@bufbuild/protobuf";
import { Code, SegmentationError } from "segmentation-client";
import {
  type Annotation, AnnotationSchema, AnnotationState, type Operation, type OperationOutcome, OperationOutcomeSchema,
  OperationResult, OperationSchema, type Verdict, VerdictKind,
} from "segmentation-client/projects";
import { nameOfPlace, type Place } from "../../src/desk/journal/JournalEntry";
import type { OperationServer } from "../../src/desk/journal/OperationServer";

/** Annotations of a server in memory that applies operations as the contract says. */
export class FakeServer implements OperationServer {
  readonly annotations = new Map<string, Annotation>();
  /** All operations that were applied, in their order. */
  readonly applied: Operation[] = [];
  /** The batches of all calls, by ids of operations, whether they were answered or not. */
  readonly calls: string[][] = [];
  /** All verdicts that were applied, in their order. */
  readonly judged: Verdict[] = [];
  /** Is called before verdicts are answered; may throw. */
  beforeVerdicts: () => void = () => undefined;
  /** Is called before and after a call is answered; may throw. */
  before: (operations: readonly Operation[]) => void = () => undefined;
  after: (operations: readonly Operation[]) => void = () => undefined;
  /** Label that is refused. */
  refusedLabel = -1;
  /** Calls that are being answered. */
  running = 0;
  mostRunning = 0;
  private readonly outcomes = new Map<string, OperationOutcome>();

  /** @param author Subject of all operations. */
  constructor(private readonly author = "me") {}

  async apply(place: Place, _holder: string, operations: readonly Operation[]): Promise<OperationOutcome[]> {
    this.calls.push(operations.map(({ id }) => id));
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await Promise.resolve();
      this.before(operations);
      const outcomes = operations.map((operation) => this.applyOne(nameOfPlace(place), operation));
      this.after(operations);
      return outcomes;
    } finally {
      this.running--;
    }
  }

  async judge(place: Place, verdicts: readonly Verdict[]): Promise<OperationOutcome[]> {
    await Promise.resolve();
    this.beforeVerdicts();
    return verdicts.map((verdict) => this.judgeOne(`${nameOfPlace(place)} ${verdict.annotation}`, verdict));
  }

  /** Applies an operation of somebody else. */
  byOther(place: Place, operation: Operation): OperationOutcome {
    return this.applyOne(nameOfPlace(place), operation, "other");
  }

  private judgeOne(key: string, verdict: Verdict): OperationOutcome {
    const known = this.outcomes.get(verdict.id);
    const before = this.annotations.get(key);
    const isFit = before?.revision === verdict.annotationRevision && before.deleteTime === undefined;
    if (known || !before || !isFit) {
      return known ?? create(OperationOutcomeSchema, {
        id: verdict.id, result: OperationResult.CONFLICT, reason: "Look at it again.",
        ...(before ? { current: before } : {}),
      });
    }
    const after = create(AnnotationSchema, { ...before, revision: before.revision + 1n, verdict: verdict.kind });
    if (verdict.kind === VerdictKind.REJECTED) {
      after.deleteTime = { $typeName: "google.protobuf.Timestamp", seconds: 1n, nanos: 0 };
    }
    this.annotations.set(key, after);
    this.judged.push(verdict);
    const applied = create(OperationOutcomeSchema, { id: verdict.id, result: OperationResult.APPLIED, current: after });
    this.outcomes.set(verdict.id, applied);
    return applied;
  }

  private applyOne(place: string, operation: Operation, author = this.author): OperationOutcome {
    const known = this.outcomes.get(operation.id);
    if (known) {
      return known;
    }
    const { change } = operation;
    const id = change.case === "create" || change.case === "update" ? change.value.id : change.value!;
    const key = `${place} ${id}`;
    const before = this.annotations.get(key);
    const outcome = (result: OperationResult, current: Annotation | undefined, reason = "") =>
      create(OperationOutcomeSchema, {
        id: operation.id, result, reason, sequence: BigInt(this.applied.length), ...(current ? { current } : {}),
      });
    if (change.case === "create" ? before !== undefined : before?.revision !== operation.baseRevision) {
      return outcome(OperationResult.CONFLICT, before);
    }
    if ((change.case === "create" || change.case === "update") && change.value.label === this.refusedLabel) {
      return outcome(OperationResult.REFUSED, before, "The project has no such label.");
    }
    const base = change.case === "create" || change.case === "update" ? change.value : before!;
    const after = create(AnnotationSchema, { ...base, revision: (before?.revision ?? 0n) + 1n, editor: author });
    if (change.case === "delete") {
      after.deleteTime = { $typeName: "google.protobuf.Timestamp", seconds: 1n, nanos: 0 };
    } else if (change.case === "undelete") {
      delete after.deleteTime;
    } else if (change.case === "accept") {
      after.state = AnnotationState.ACTIVE;
    } else if (change.case === "reject") {
      after.state = AnnotationState.REJECTED;
    }
    this.annotations.set(key, after);
    const sequence = BigInt(this.applied.length + 1);
    this.applied.push(create(OperationSchema, { ...operation, author, after, sequence }));
    const applied = outcome(OperationResult.APPLIED, after);
    this.outcomes.set(operation.id, applied);
    return applied;
  }
}

/** A server that cannot be reached. */
export function unreachable(): never {
  throw SegmentationError.unreachable();
}

/** A server that refuses a whole call. */
export function refused(): never {
  throw new SegmentationError(Code.InvalidArgument, "operations[0] is wrong.");
}
