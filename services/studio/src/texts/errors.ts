import { Code, ModuleLoadError, SegmentationError } from "segmentation-client";
import { texts } from "./texts";

/** Describes a failure in the user's language. */
export function inWords(error: unknown): string {
  if (!(error instanceof SegmentationError)) {
    return error instanceof Error ? error.message : String(error);
  }
  if (error instanceof ModuleLoadError) {
    return texts.peek().errors.partNotLoaded;
  }
  if (error.httpStatus !== undefined) {
    const { unreachable, httpStatus } = texts.peek().errors;
    return error.httpStatus === 0 ? unreachable : httpStatus(error.httpStatus);
  }
  switch (error.code) {
    case Code.ResourceExhausted:
      return texts.peek().errors.busy(error.message);
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return texts.peek().errors.forbidden(error.message);
    default:
      return error.message;
  }
}
