import type { MessageInitShape } from "@bufbuild/protobuf";
import type { OutputOptionsSchema } from "../gen/segmentation/v1/mask_pb.js";
import type { StreamMode } from "../gen/segmentation/v1/segmentation_service_pb.js";
import type { SegmentationError } from "../errors/SegmentationError.js";
import type { ConnectorOptions } from "./Connector.js";

/** Connection state of a session. */
export type LiveState = "idle" | "connecting" | "open" | "waiting";

/** Options of a session. */
export interface LiveSessionOptions extends ConnectorOptions {
  /** Default `STREAM_MODE_ALL`. */
  readonly mode?: StreamMode;
  /** Model of images that are opened without one: an id or a roll-out's name. Default: the client's model. */
  readonly model?: string;
  /** Default output of prompts. */
  readonly output?: MessageInitShape<typeof OutputOptionsSchema>;
  /** Uploads an image again that the server no longer has. Without this option such prompts fail with NOT_FOUND. */
  readonly restore?: (imageId: string) => Promise<unknown>;
  /** Is called when the connection changes; with a reason when it is lost. */
  readonly onState?: (state: LiveState, reason?: string) => void;
  /**
   * Is called when the server ends the session because it no longer knows the caller. When the promise resolves the
   * session goes on, with its unanswered prompts; when it rejects, they do. Without this option they reject at once.
   */
  readonly signIn?: ((error: SegmentationError) => Promise<unknown>) | undefined;
}
