import type { Operation, OperationOutcome, Verdict } from "segmentation-client/projects";
import type { Place } from "./JournalEntry";

/** The part of a server that the journal needs. Calls reject with SegmentationError. */
export interface OperationServer {
  /**
   * Applies operations to one picture.
   * @param holder Window that holds the picture's lease.
   * @returns One outcome an operation, in their order.
   */
  apply(
    place: Place, holder: string, operations: readonly Operation[], signal: AbortSignal,
  ): Promise<OperationOutcome[]>;

  /**
   * Judges annotations of one picture.
   * @returns One outcome a verdict, in their order.
   */
  judge(place: Place, verdicts: readonly Verdict[], signal: AbortSignal): Promise<OperationOutcome[]>;
}
