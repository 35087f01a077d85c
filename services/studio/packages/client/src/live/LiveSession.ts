import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code } from "@connectrpc/connect";
import type { Status } from "../gen/google/rpc/status_pb.js";
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

/** How a session stands with the server. */
export type LiveState = "idle" | "connecting" | "open" | "waiting";

/** What a session needs to know. */
export interface LiveSessionOptions {
  /** Default `STREAM_MODE_ALL`. */
  readonly mode?: StreamMode;
  /** Output of every answer that does not say otherwise. */
  readonly output?: MessageInitShape<typeof OutputOptionsSchema>;
  /** Uploads an image again that the server no longer holds. Without it such prompts fail with NOT_FOUND. */
  readonly restore?: (imageId: string) => Promise<unknown>;
  /** Told whenever the connection changes; when it is lost, with why. */
  readonly onState?: (state: LiveState, reason?: string) => void;
  /** Makes sockets; `WebSocket` by default, which Node has from 22 on. */
  readonly connect?: (url: string) => WebSocket;
}

/** `WebSocket.OPEN`; Node before 22 has no such global, and a caller's `connect` does without. */
const OPEN = 1;

/** The reason of an error about a mask that a prompt names. */
const MASK_NOT_FOUND = "MASK_NOT_FOUND";

/** A connection that answers nothing for so long while something is asked is taken for dead. */
const SILENCE_MS = 20_000;

/**
 * Prompts as fast as the pointer moves, over a WebSocket. A lost connection is made again, the image is opened again
 * (and uploaded again where the server lost it), and what was not answered is asked again: the caller sees a slow
 * answer, nothing else.
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

  /** Goes on with this image. Unanswered prompts on another image are dropped. */
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
   * Asks for the masks of a prompt on the open image.
   *
   * Rejects with SupersededError when a newer prompt overtook it (mode LATEST), with SegmentationError when the server
   * refuses it. A lost connection rejects nothing.
   */
  segment(
    prompt: MessageInitShape<typeof PromptSchema>,
    output?: MessageInitShape<typeof OutputOptionsSchema>,
  ): Promise<StreamAnswer> {
    if (this.imageId === undefined) {
      throw new Error("No image is open.");
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

  /** Does not wait any longer for the next attempt to connect. */
  reconnectNow(): void {
    if (this.imageId === undefined || this.closed || this.socket) {
      return;
    }
    clearTimeout(this.retry);
    this.retry = undefined;
    this.connect();
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
        const error = new SegmentationError(
          status?.code ?? Code.Unknown, status?.message ?? "The server gave no reason.", undefined,
          status && reasonOf(status));
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
    // A mask that is not held any more is no reason to upload the image again.
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
    if (error && !error.isTransient) {
      this.pending.rejectAll(error);
    }
    this.wait(error?.message ?? "The connection to the server was lost.");
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

/** Field 1 of google.rpc.ErrorInfo, which the generated sources leave out. */
function reasonOf({ details }: Status): string | undefined {
  const info = details.find(({ typeUrl }) => typeUrl.endsWith("google.rpc.ErrorInfo"));
  const reader = new BinaryReader(info?.value ?? new Uint8Array());
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) {
      return reader.string();
    }
    reader.skip(type, field);
  }
  return undefined;
}

/** Sessions that end in an error close with 4000 and the status' code. */
function closeError(event: CloseEvent): SegmentationError | undefined {
  return event.code >= 4000 && event.code < 4100
    ? new SegmentationError(event.code - 4000, event.reason || "The server ended the session.")
    : undefined;
}
