import { Code, SegmentationError } from "segmentation-client";

/** What to tell the user about a failure. */
export function inWords(error: unknown): string {
  if (!(error instanceof SegmentationError)) {
    return error instanceof Error ? error.message : String(error);
  }
  switch (error.code) {
    case Code.ResourceExhausted:
      return `The server is busy. ${error.message}`;
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return `The server does not let you do this. ${error.message}`;
    default:
      return error.message;
  }
}
