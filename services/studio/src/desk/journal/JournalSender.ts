import { signal } from "@preact/signals";
import { Backoff, Code, SegmentationError } from "segmentation-client";
import { type OperationOutcome, OperationResult } from "segmentation-client/projects";
import { pause as waited } from "../../shared/pause";
import {
  idOf, type JournalEntry, nameOfPlace, operationOf, packAnnotation, type Place, verdictOf,
} from "./JournalEntry";
import type { JournalStore, Settlement } from "./JournalStore";
import type { OperationServer } from "./OperationServer";

/** Reason for which operations wait: "held" while somebody else holds the picture's lease. */
export type SenderTrouble = "offline" | "held" | "signedOut";

/** Functions that a sender needs of its page. */
export interface SenderOptions {
  /** Tenant and subject of the person who is signed in; null while nobody is. */
  readonly owner: () => string | null;
  /** Asks the person to sign in, without waiting for it. */
  readonly signIn?: () => void;
  /** Is called with the outcomes of a picture's operations, after the journal has them. */
  readonly onOutcomes: (place: Place, outcomes: readonly OperationOutcome[]) => void;
  /** Resolves after a time, or earlier when the signal aborts. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

const MOST_OPERATIONS = 200;
/** The server takes 16 MiB at once. */
const MOST_BYTES = 4 * 1024 * 1024;
/** A lease lasts 90 s; it may be given back earlier. */
const HELD_MS = 10_000;

/**
 * Sends the journal's operations and verdicts: those of a picture in order, and never two on one annotation at once, so
 * that the second is not made on a revision that the first did not bring about. After a conflict or a refusal, further
 * operations on the annotation wait for the person.
 */
export class JournalSender {
  readonly trouble = signal<SenderTrouble | null>(null);
  private readonly ending = new AbortController();
  private waking = new AbortController();
  private readonly backoff = new Backoff();

  constructor(
    private readonly store: JournalStore,
    private readonly server: OperationServer,
    private readonly options: SenderOptions,
  ) {}

  /** Sends until the sender is ended; failures are repeated. */
  async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const { waking } = this;
      const pause = await this.sendAll();
      if (pause !== 0 && !this.ending.signal.aborted) {
        await (this.options.wait ?? waited)(pause, waking.signal);
      }
    }
  }

  /** Sends at once: there is something new, or the server may be there again. */
  wake(): void {
    this.waking.abort();
    this.waking = new AbortController();
  }

  /** Ends sending. An operation on its way is sent again by the next sender, and is applied once. */
  end(): void {
    this.ending.abort();
    this.wake();
  }

  /** Sends one batch of each picture; returns milliseconds to wait before the next. */
  private async sendAll(): Promise<number> {
    const owner = this.options.owner();
    const entries = (await this.store.list()).filter((entry) => entry.owner === owner);
    const batches = batchesOf(entries);
    if (owner === null || batches.length === 0) {
      // Operations of whoever was signed in last wait, and are nobody else's.
      this.trouble.value = owner === null ? "signedOut" : null;
      this.backoff.reset();
      return Infinity;
    }
    let pause = 0;
    let trouble: SenderTrouble | null = null;
    for (const batch of batches) {
      if (this.ending.signal.aborted) {
        // The next sender would not be told what this one has sent.
        return 0;
      }
      try {
        await this.send(batch);
        this.backoff.reset();
      } catch (error) {
        if (this.ending.signal.aborted) {
          return 0;
        }
        if (error instanceof SegmentationError && error.code === Code.Unauthenticated) {
          this.trouble.value = "signedOut";
          this.options.signIn?.();
          return Infinity;
        }
        if (isHeld(error)) {
          trouble ??= "held";
          pause = pause || HELD_MS;
        } else {
          this.trouble.value = "offline";
          return (error instanceof SegmentationError ? error.retryAfterMs : undefined) ?? this.backoff.next();
        }
      }
    }
    this.trouble.value = trouble;
    return pause;
  }

  private async send(batch: readonly JournalEntry[]): Promise<void> {
    const { place, holder } = batch[batch.length - 1];
    const verdicts = batch.flatMap((entry) => verdictOf(entry) ?? []);
    let outcomes: readonly OperationOutcome[];
    try {
      outcomes = verdicts.length > 0 ? await this.server.judge(place, verdicts, this.ending.signal)
        : await this.server.apply(place, holder, batch.map(operationOf), this.ending.signal);
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.isTransient || isHeld(error)
        || error.code === Code.Unauthenticated || error.code === Code.Canceled || error.code === Code.Internal) {
        throw error;
      }
      if (batch.length > 1) {
        // One of them is wrong: alone it is found, and the others are applied.
        for (const entry of batch) {
          await this.send([entry]);
        }
        return;
      }
      await this.store.settle({ changed: [{ ...batch[0], state: "refused", reason: error.message }], removed: [] });
      this.options.onOutcomes(place, []);
      return;
    }
    const settlement = settlementOf(batch, outcomes);
    if (settlement.changed.length + settlement.removed.length === 0) {
      // The answer is of something else than the server: a proxy's, or one that was cut off.
      throw SegmentationError.unreachable();
    }
    await this.store.settle(settlement);
    this.options.onOutcomes(place, outcomes);
  }
}

/** Finds what can be sent now: of each picture the first operations, one an annotation; verdicts apart from these. */
export function batchesOf(entries: readonly JournalEntry[]): JournalEntry[][] {
  const batches = new Map<string, { entries: JournalEntry[]; bytes: number; isFull: boolean }>();
  const taken = new Set<string>();
  for (const entry of entries) {
    const place = nameOfPlace(entry.place);
    const annotation = `${place} ${entry.annotation}`;
    // The server takes verdicts by another call.
    const call = entry.verdict ? `${place} verdicts` : place;
    const batch = batches.get(call) ?? { entries: [], bytes: 0, isFull: false };
    batches.set(call, batch);
    if (entry.state !== "unsent") {
      taken.add(annotation);
    } else if (!taken.has(annotation)) {
      // The operations behind one that waits for its turn wait, too.
      taken.add(annotation);
      batch.isFull ||= batch.entries.length === MOST_OPERATIONS
        || (batch.entries.length > 0 && batch.bytes + entry.operation.length > MOST_BYTES);
      if (!batch.isFull) {
        batch.entries.push(entry);
        batch.bytes += entry.operation.length;
      }
    }
  }
  return [...batches.values()].map((batch) => batch.entries).filter((batch) => batch.length > 0);
}

/** Finds the change of the journal after outcomes: what was applied leaves it, the rest stays with the reason. */
export function settlementOf(batch: readonly JournalEntry[], outcomes: readonly OperationOutcome[]): Settlement {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const removed: number[] = [];
  const changed: JournalEntry[] = [];
  for (const entry of batch) {
    const outcome = byId.get(idOf(entry));
    switch (outcome?.result) {
      case OperationResult.APPLIED:
        removed.push(entry.key);
        break;
      case OperationResult.CONFLICT: {
        // Of a verdict there are no two sides: the person looks at the annotation again.
        const state = entry.verdict ? "refused" : "conflict";
        changed.push({
          ...entry, state, ...(entry.verdict ? { reason: outcome.reason } : {}),
          ...(outcome.current ? { theirs: packAnnotation(outcome.current) } : {}),
        });
        break;
      }
      case OperationResult.REFUSED:
        changed.push({ ...entry, state: "refused", reason: outcome.reason });
        break;
    }
  }
  return { changed, removed };
}

function isHeld(error: unknown): boolean {
  return error instanceof SegmentationError && error.code === Code.FailedPrecondition;
}
