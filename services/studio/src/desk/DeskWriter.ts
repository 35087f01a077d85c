import type { VerdictKind } from "segmentation-client/projects";
import { maskOf } from "../annotation/types";
import type { ActiveClock } from "./ActiveClock";
import type { DeskDocument } from "./DeskDocument";
import type { Journal } from "./journal/Journal";
import type { Place } from "./journal/JournalEntry";
import type { Change } from "./KnownAnnotation";

/** Time that the rest of an answer may take before the best mask alone is written down. */
const REST_MS = 250;

/** The parts of a desk that writing to the journal needs. */
export interface WritingDesk {
  readonly journal: Journal;
  readonly document: DeskDocument;
  readonly clock: ActiveClock;
  /** Id of this window. */
  readonly holder: string;
  /** The open picture; null while none is open. */
  readonly place: () => Place | null;
  /** Digest of the model that gives masks. */
  readonly modelDigest: () => string;
}

/** Writes the changes and verdicts on the open picture to the journal. */
export class DeskWriter {
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: WritingDesk) {}

  /**
   * Writes what has changed since the last call. An answer whose rest is on its way waits a moment for it.
   * @param isLast True where nothing may wait.
   */
  write(isLast: boolean): void {
    clearTimeout(this.rest);
    const { document, clock, modelDigest } = this.desk;
    let isWaiting = false;
    this.append(() => document.collect(
      () => ({ ...clock.takeOperation(), modelDigest: modelDigest() }),
      (object) => {
        // The best mask of an answer comes first, without its stability.
        const isUnfinished = !isLast && Number.isNaN(maskOf(object)?.stabilityScore);
        isWaiting ||= isUnfinished;
        return isUnfinished;
      }));
    if (isWaiting) {
      this.rest = setTimeout(() => this.write(true), REST_MS);
    }
  }

  /** Writes a verdict; returns false where the server does not have the annotation yet. */
  judge(uuid: string, kind: VerdictKind, note: string): boolean {
    this.write(true);
    let change: Change | null = null;
    this.append(() => (change = this.desk.document.judge(uuid, kind, note)) ? [change] : []);
    return change !== null;
  }

  private append(changes: () => readonly Change[]): void {
    const { journal, holder } = this.desk;
    const place = this.desk.place();
    const owner = journal.whose;
    if (place && owner !== null) {
      const entries = changes().map((change) => ({ ...change, owner, place, holder }));
      if (entries.length > 0) {
        void journal.append(entries);
      }
    }
  }
}
