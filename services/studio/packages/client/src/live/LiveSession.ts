import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { OutputOptionsSchema } from "../gen/segmentation/v1/mask_pb.js";
import type { PromptSchema } from "../gen/segmentation/v1/prompt_pb.js";
import {
  type SegmentStreamRequest, SegmentStreamRequestSchema, type SegmentStreamResponse, SegmentStreamResponseSchema,
  type StreamAnswer, StreamMode,
} from "../gen/segmentation/v1/segmentation_service_pb.js";
import { SegmentationError, SupersededError } from "../errors/SegmentationError.js";
import { Backoff } from "./Backoff.js";
import { Connector } from "./Connector.js";
import type { LiveSessionOptions } from "./LiveSessionOptions.js";
import { PendingPrompts } from "./PendingPrompts.js";
import { Restorer } from "./Restorer.js";
import { Silence } from "./Silence.js";
import { closeError, errorOf, isImageMissing } from "./statuses.js";

/** `WebSocket.OPEN`; Node before 22 has no such global. */
const OPEN = 1;

/**
 * Prompts on one image over a WebSocket, as fast as the pointer moves. After a lost connection the session reconnects,
 * opens the image again (uploading it again if the server no longer has it), and repeats unanswered prompts. It does the
 * same after its credential has expired. The caller sees a slow answer.
 */
export class LiveSession {
  private readonly pending = new PendingPrompts();
  private readonly backoff = new Backoff();
  private socket: WebSocket | undefined;
  private imageId: string | undefined;
  private model = "";
  private opened = false;
  private closed = false;
  private accepted = false;
  private readonly connector: Connector;
  private readonly restorer: Restorer | undefined;
  private sequence = 0n;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly silence = new Silence(() => {
    this.drop();
    this.wait("The server has not answered for a while.");
  });

  constructor(
    url: string,
    private readonly options: LiveSessionOptions = {},
  ) {
    this.connector = new Connector(url, options);
    this.restorer = options.restore && new Restorer(options.restore);
  }

  /**
   * Opens an image. Unanswered prompts on another image, or for another model, are dropped.
   * @param model Id of a model, or a roll-out's name; empty for the caller's default. The image was uploaded for it.
   * Default: the session's model.
   */
  open(imageId: string, model = this.options.model ?? ""): void {
    const isSame = this.imageId === imageId && this.model === model;
    if (isSame && this.opened) {
      return;
    }
    if (!isSame) {
      this.pending.rejectAll(new SupersededError());
    }
    this.imageId = imageId;
    this.model = model;
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
    } else if (!this.socket && !this.connector.isBusy && this.retry === undefined) {
      this.reconnectNow();
    }
    return answer;
  }

  /** Connects at once if the session waits for its next attempt. */
  reconnectNow(): void {
    if (this.imageId === undefined || this.closed || this.socket || this.connector.isBusy) {
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
    this.silence.stop();
    this.retry = undefined;
    this.drop();
    this.pending.rejectAll(new SupersededError());
    this.options.onState?.("idle");
  }

  private connect(): void {
    this.options.onState?.("connecting");
    this.connector.open((socket) => this.attach(socket), (reason) => this.wait(reason));
  }

  private attach(socket: WebSocket): void {
    socket.binaryType = "arraybuffer";
    this.accepted = false;
    socket.onopen = () => this.sendOpen();
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) =>
      this.receive(fromBinary(SegmentStreamResponseSchema, new Uint8Array(event.data)));
    socket.onclose = (event) => this.lost(event);
    this.socket = socket;
  }

  private sendOpen(): void {
    this.accepted = true;
    const { mode = StreamMode.ALL, output } = this.options;
    const image = { case: "imageId", value: this.imageId! } as const;
    this.say({ case: "open", value: { image, mode, model: this.model, ...(output ? { output } : {}) } });
  }

  private say(request: NonNullable<MessageInitShape<typeof SegmentStreamRequestSchema>["request"]>): void {
    this.send(create(SegmentStreamRequestSchema, { request }));
  }

  private send(request: SegmentStreamRequest): void {
    this.socket?.send(toBinary(SegmentStreamRequestSchema, request));
    this.silence.watch();
  }

  private receive({ response }: SegmentStreamResponse): void {
    this.silence.stop();
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
      case "credentialExpires": {
        const { socket } = this;
        this.connector.renew(
          () => this.socket === socket, (credential) => this.say({ case: "reauthenticate", value: { credential } }));
        break;
      }
    }
    if (this.pending.size > 0) {
      this.silence.watch();
    }
  }

  private ready(): void {
    this.opened = true;
    this.connector.accepted();
    this.backoff.reset();
    this.options.onState?.("open");
    this.pending.requests.forEach((request) => this.send(request));
  }

  private refused(error: SegmentationError): void {
    if (isImageMissing(error) && this.restorer) {
      this.restore(this.restorer);
    } else {
      this.retryOrReject(error);
    }
  }

  private failed(sequence: bigint, error: SegmentationError): void {
    const pending = this.pending.get(sequence);
    if (pending && isImageMissing(error) && this.restorer && !pending.restored) {
      pending.restored = true;
      this.restore(this.restorer);
    } else {
      this.pending.take(sequence)?.reject(error);
    }
  }

  /** Uploads the image again, then opens it again, which sends what is unanswered. */
  private restore(restorer: Restorer): void {
    this.opened = false;
    void restorer.run(
      this.imageId!,
      () => {
        // Sequence numbers grow within a session, and those unanswered were used in this one: another begins.
        this.drop();
        this.reconnectNow();
      },
      (error) => this.retryOrReject(error),
    );
  }

  /** Connects again after an error that may pass; otherwise no prompt will be answered. */
  private retryOrReject(error: unknown): void {
    if (error instanceof SegmentationError && error.isTransient) {
      this.drop();
      this.wait(error.message);
    } else {
      this.pending.rejectAll(error);
    }
  }

  private lost(event: CloseEvent): void {
    this.socket = undefined;
    this.opened = false;
    this.silence.stop();
    const error = closeError(event);
    if (error || this.accepted) {
      this.ended(error);
    } else {
      this.connector.explain((reason) => this.ended(reason));
    }
  }

  private ended(error: SegmentationError | undefined): void {
    const { signIn } = this.options;
    if (error?.code === Code.Unauthenticated && signIn) {
      this.options.onState?.("waiting", error.message);
      signIn(error).then(() => this.reconnectNow(), (reason: unknown) => this.pending.rejectAll(reason));
      return;
    }
    if (error?.code === Code.Unauthenticated || error?.code === Code.PermissionDenied) {
      if (error.code === Code.PermissionDenied || !this.connector.mayRetry()) {
        // The same credential again would be refused again: the next prompt may try.
        this.options.onState?.("waiting", error.message);
        this.pending.rejectAll(error);
        return;
      }
    } else if (error && !error.isTransient) {
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
    this.connector.cancel();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }
}
