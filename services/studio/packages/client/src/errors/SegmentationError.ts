import { Code } from "@connectrpc/connect";
import { type FieldViolation, partsOf, type StatusDetail } from "./details.js";

/** Failure of a call, with the parts of a google.rpc.Status. */
export class SegmentationError extends Error {
  /**
   * @param code google.rpc.Code; `Code.Unavailable` when the server could not be reached at all.
   * @param message Cause and remedy, in words.
   * @param retryAfterMs Milliseconds that the server asks to wait before the call is repeated, if it does.
   * @param reason The server's reason for programs, for example `MASK_NOT_FOUND` (docs/errors.md), when it gave one.
   * @param httpStatus Set if the message is not the server's: the HTTP status of another program's answer, or 0 without
   * an answer.
   * @param violations Fields of the request that are wrong; empty where the error is not about a field.
   */
  constructor(
    readonly code: Code,
    message: string,
    readonly retryAfterMs?: number,
    readonly reason?: string,
    readonly httpStatus?: number,
    readonly violations: readonly FieldViolation[] = [],
  ) {
    super(message);
    this.name = "SegmentationError";
  }

  /** True if the same call can succeed later. */
  get isTransient(): boolean {
    return this.code === Code.Unavailable || this.code === Code.ResourceExhausted || this.code === Code.Aborted
      || this.code === Code.DeadlineExceeded;
  }

  /** The server could not be reached. */
  static unreachable(): SegmentationError {
    return new SegmentationError(Code.Unavailable, "The server cannot be reached.", undefined, undefined, 0);
  }

  /** Creates an error of a status with the details that gRPC carries. */
  static fromDetails(code: Code, message: string, details: readonly StatusDetail[]): SegmentationError {
    const { violations, reason, retryAfterMs } = partsOf(details);
    return new SegmentationError(code, message, retryAfterMs, reason, undefined, violations);
  }

  /** Creates an error of an unsuccessful REST answer: google.rpc.Status as JSON, or any other text. */
  static fromRest(httpStatus: number, body: string): SegmentationError {
    try {
      const status = JSON.parse(body) as RestStatus;
      if (typeof status.code === "number" && typeof status.message === "string") {
        return new SegmentationError(
          status.code, status.message, retryDelay(status), detailOf(status, "ErrorInfo")?.reason, undefined,
          detailOf(status, "BadRequest")?.fieldViolations ?? []);
      }
    } catch {
      // Not JSON: the page of a proxy, or nothing. Only the HTTP status is known.
    }
    return new SegmentationError(
      codeOfHttp(httpStatus), `The server answered with HTTP status ${httpStatus}.`, undefined, undefined, httpStatus);
  }
}

/** A part of this package could not be loaded: the server is away, or now has files of another version. */
export class ModuleLoadError extends SegmentationError {
  /** @param cause The loader's error. */
  constructor(cause: unknown) {
    super(Code.Unavailable, "A part of the client could not be loaded from the server.");
    this.name = "ModuleLoadError";
    this.cause = cause;
  }
}

/** A prompt of mode LATEST was dropped because a newer one overtook it. Not a failure. */
export class SupersededError extends Error {
  constructor() {
    super("A newer prompt took this one's place.");
    this.name = "SupersededError";
  }
}

interface RestStatus {
  code?: unknown;
  message?: unknown;
  details?: RestDetail[];
}

interface RestDetail {
  "@type"?: string;
  retryDelay?: string;
  reason?: string;
  fieldViolations?: FieldViolation[];
}

function detailOf(status: RestStatus, name: string): RestDetail | undefined {
  return status.details?.find((detail) => detail["@type"]?.endsWith(`google.rpc.${name}`));
}

function retryDelay(status: RestStatus): number | undefined {
  const seconds = Number.parseFloat(detailOf(status, "RetryInfo")?.retryDelay ?? "");
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function codeOfHttp(status: number): Code {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return Code.InvalidArgument;
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.NotFound;
    case 429:
      return Code.ResourceExhausted;
    case 502:
    case 503:
      return Code.Unavailable;
    case 504:
      return Code.DeadlineExceeded;
    default:
      return status >= 500 ? Code.Internal : Code.Unknown;
  }
}
