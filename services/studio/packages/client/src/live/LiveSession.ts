import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { OutputOptionsSchema } from "../gen/segmentation/v1/mask_pb.js";
import type { PromptSchema } from "../gen/segmentation/v1/prompt_pb.js";
import {
  type SegmentStreamRequest,
  SegmentStreamRequestSchema,
  type SegmentStreamResponse,
  SegmentStreamResponseSchema,
  type StreamAnswer,
  StreamMode,
} from "../gen/segmentation/v1/segmentation_service_pb.js";
import { SegmentationError, SupersededError } from "../errors/SegmentationError.js";
import { Backoff } from "./Backoff.js";
import { PendingPrompts } from "./PendingPrompts.js";
import { closeError, errorOf } from "./statuses.js";

/** Connection state of a session. */
export type LiveState = "idle" | "connecting" | "open" | "waiting";

/** Options of a session. */
export interface LiveSessionOptions {
  /** Default `STREAM_MODE_ALL`. */
  readonly mode?: StreamMode;
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
  /** Creates sockets. Default `WebSocket`, which Node has from 22 on. */
  readonly connect?: (url: string) => WebSocket;
}

/** `WebSocket.OPEN`; Node before 22 has no such global. */
const OPEN = 1;

/** Reason of the error that a prompt names an unknown mask. */
const MASK_NOT_FOUND = "MASK_NOT_FOUND";

/** A connection without an answer for so long, while prompts are pending, is closed. */
const SILENCE_MS = 20_000;

/**
 * Prompts on one image over a WebSocket, as fast as the pointer moves. After a lost connection the session reconnects,
 * opens the image again (uploading it again if the server no longer has it), and repeats unanswered prompts. The caller
 * sees a slow answer.
 */
export class LiveSession {
  private readonly pending = new PendingPrompts();
  private readonly backoff = new Backoff();
  private socket: WebSocket | undefined;
  private imageId: string | undefined;
  private opened = false;
  private restoring = false;
  private closed = false;
  private sequence = 0n;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly options: LiveSessionOptions = {},
  ) {}

  /** Opens an image. Unanswered prompts on another image are dropped. */
  open(imageId: string): void {
    if (this.imageId === imageId && this.opened) {
      return;
    }
    if (this.imageId !== imageId) {
      this.pending.rejectAll(new SupersededError());
    }
    this.imageId = imageId;
    this.closed = false;
    this.opened = false;
    if (this.socket?.readyState === OPEN) {
      this.sendOpen();
    } else {
      this.reconnectNow();
    }
  }

  /**
   * Requests the masks of a prompt on the open image.
   *
   * Rejects with SupersededError when a newer prompt supersedes it (mode LATEST), with SegmentationError when the
   * server refuses it. A lost connection rejects nothing.
   */
  segment(
    prompt: MessageInitShape<typeof PromptSchema>,
    output?: MessageInitShape<typeof OutputOptionsSchema>,
  ): Promise<StreamAnswer> {
    if (this.imageId === undefined) {
      throw new Error("No image is open. Call open first.");
    }
    const sequence = ++this.sequence;
    const request = create(SegmentStreamRequestSchema, {
      request: { case: "prompt", value: { sequence, prompt, ...(output ? { output } : {}) } },
    });
    if (this.options.mode === StreamMode.LATEST && !this.opened) {
      this.pending.rejectAll(new SupersededError());
    }
    const answer = this.pending.add(sequence, request);
    if (this.opened) {
      this.send(request);
    } else if (!this.socket && this.retry === undefined) {
      this.reconnectNow();
    }
    return answer;
  }

  /** Connects at once if the session waits for its next attempt. */
  reconnectNow(): void {
    if (this.imageId === undefined || this.closed || this.socket) {
      return;
    }
    clearTimeout(this.retry);
    this.retry = undefined;
    this.connect();
  }

  /** Leaves the connection and opens another, with all unanswered prompts: the caller may be somebody else now. */
  reconnect(): void {
    if (this.imageId !== undefined && !this.closed) {
      this.drop();
      this.reconnectNow();
    }
  }

  /** Ends the session; unanswered prompts are dropped. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.retry = undefined;
    this.drop();
    this.pending.rejectAll(new SupersededError());
    this.options.onState?.("idle");
  }

  private connect(): void {
    this.options.onState?.("connecting");
    const socket = (this.options.connect ?? ((url) => new WebSocket(url)))(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.sendOpen();
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) =>
      this.receive(fromBinary(SegmentStreamResponseSchema, new Uint8Array(event.data)));
    socket.onclose = (event) => this.lost(event);
    this.socket = socket;
  }

  private sendOpen(): void {
    const { mode = StreamMode.ALL, output } = this.options;
    this.send(create(SegmentStreamRequestSchema, {
      request: {
        case: "open",
        value: { image: { case: "imageId", value: this.imageId! }, mode, ...(output ? { output } : {}) },
      },
    }));
  }

  private send(request: SegmentStreamRequest): void {
    this.socket?.send(toBinary(SegmentStreamRequestSchema, request));
    this.watch();
  }

  private receive({ response }: SegmentStreamResponse): void {
    clearTimeout(this.silence);
    switch (response.case) {
      case "opened":
        if (response.value.image?.id === this.imageId && !this.opened) {
          this.ready();
        }
        break;
      case "answer":
        this.pending.supersede(response.value.superseded);
        this.pending.take(response.value.sequence)?.resolve(response.value);
        break;
      case "error": {
        const { sequence, status, superseded } = response.value;
        this.pending.supersede(superseded);
        const error = errorOf(status);
        if (sequence === 0n) {
          this.refused(error);
        } else {
          this.failed(sequence, error);
        }
        break;
      }
    }
    if (this.pending.size > 0) {
      this.watch();
    }
  }

  private ready(): void {
    this.opened = true;
    this.backoff.reset();
    this.options.onState?.("open");
    this.pending.requests.forEach((request) => this.send(request));
  }

  private refused(error: SegmentationError): void {
    if (error.code === Code.NotFound && this.options.restore) {
      void this.restore();
    } else if (error.isTransient) {
      this.drop();
      this.wait(error.message);
    } else {
      this.pending.rejectAll(error);
    }
  }

  private failed(sequence: bigint, error: SegmentationError): void {
    const pending = this.pending.get(sequence);
    // A lost mask is no reason to upload the image again.
    if (pending && error.code === Code.NotFound && error.reason !== MASK_NOT_FOUND && this.options.restore
      && !pending.restored) {
      pending.restored = true;
      void this.restore();
    } else {
      this.pending.take(sequence)?.reject(error);
    }
  }

  /** Uploads the image again, then opens it again, which sends what is unanswered. */
  private async restore(): Promise<void> {
    const imageId = this.imageId!;
    this.opened = false;
    if (this.restoring) {
      return;
    }
    this.restoring = true;
    try {
      await this.options.restore!(imageId);
    } catch (error) {
      this.restoring = false;
      if (error instanceof SegmentationError && error.isTransient) {
        this.drop();
        this.wait(error.message);
      } else {
        this.pending.rejectAll(error);
      }
      return;
    }
    this.restoring = false;
    // Sequence numbers grow within a session, and those unanswered were used in this one: another begins.
    this.drop();
    this.reconnectNow();
  }

  private lost(event: CloseEvent): void {
    this.socket = undefined;
    this.opened = false;
    clearTimeout(this.silence);
    const error = closeError(event);
    if (error?.code === Code.Unauthenticated && this.options.signIn) {
      this.waitForSignIn(error, this.options.signIn);
      return;
    }
    if (error && !error.isTransient) {
      this.pending.rejectAll(error);
    }
    this.wait(error?.message ?? "The connection to the server was lost.");
  }

  private waitForSignIn(error: SegmentationError, signIn: NonNullable<LiveSessionOptions["signIn"]>): void {
    this.options.onState?.("waiting", error.message);
    signIn(error).then(() => this.reconnectNow(), (reason: unknown) => this.pending.rejectAll(reason));
  }

  private wait(reason: string): void {
    if (this.closed || this.retry !== undefined) {
      return;
    }
    this.options.onState?.("waiting", reason);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.connect();
    }, this.backoff.next());
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.opened = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private watch(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.drop();
      this.wait("The server has not answered for a while.");
    }, SILENCE_MS);
  }
}
