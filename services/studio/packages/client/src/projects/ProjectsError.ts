import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { detailsOf, type FieldViolation, partsOf, type StatusDetail } from "../errors/details.js";
import { SegmentationError } from "../errors/SegmentationError.js";

/** Failure of a call to projects: beside the parts of every error, the object that there is. */
export class ProjectsError extends SegmentationError {
  /**
   * @param violations Fields of the request that are wrong; empty where the error is not about a field.
   * @param details Details of the status, for `find`.
   */
  constructor(
    code: Code,
    message: string,
    violations: readonly FieldViolation[],
    readonly details: readonly StatusDetail[],
    retryAfterMs?: number,
    reason?: string,
  ) {
    super(code, message, retryAfterMs, reason, undefined, violations);
    this.name = "ProjectsError";
  }

  /**
   * Finds a message in the details: after `Code.Aborted` the current project, label or job; after
   * `Code.FailedPrecondition` the lease that somebody else holds.
   */
  find<T extends DescMessage>(schema: T): MessageShape<T> | undefined {
    const bytes = this.details.find(({ type }) => type === schema.typeName)?.value;
    return bytes && fromBinary(schema, bytes);
  }

  /** Creates an error of a failure of gRPC-Web; gives back what is none, for example an abort. */
  static from(error: unknown): unknown {
    if (!(error instanceof ConnectError) || error.code === Code.Canceled) {
      return error;
    }
    if (error.code === Code.Unknown && error.cause instanceof TypeError) {
      return SegmentationError.unreachable();
    }
    const details = detailsOf(error);
    const { violations, reason, retryAfterMs } = partsOf(details);
    return new ProjectsError(error.code, error.rawMessage, violations, details, retryAfterMs, reason);
  }
}
