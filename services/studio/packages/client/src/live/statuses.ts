import { Code } from "@connectrpc/connect";
import { SegmentationError } from "../errors/SegmentationError.js";
import type { Status } from "../gen/google/rpc/status_pb.js";

/** The error of a status that the server sent on a session. */
export function errorOf(status: Status | undefined): SegmentationError {
  const details = (status?.details ?? []).map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value,
  }));
  return SegmentationError.fromDetails(
    status?.code ?? Code.Unknown, status?.message ?? "The server gave no reason.", details);
}

/** The error of a session that the server closed with 4000 plus a status code; undefined for other ends. */
export function closeError(event: CloseEvent): SegmentationError | undefined {
  return event.code >= 4000 && event.code < 4100
    ? new SegmentationError(event.code - 4000, event.reason || "The server ended the session.")
    : undefined;
}

/** True if the server has no such image any more. A lost mask alone is no reason to upload the image again. */
export function isImageMissing(error: SegmentationError): boolean {
  return error.code === Code.NotFound && error.reason !== "MASK_NOT_FOUND";
}
