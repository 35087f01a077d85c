import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type SegmentStreamRequest,
  SegmentStreamRequestSchema,
  SegmentStreamResponseSchema,
} from "../src/gen/segmentation/v1/segmentation_service_pb";

/** The server's end of a WebSocket, for tests. */
export class FakeSocket {
  static readonly all: FakeSocket[] = [];
  readonly sent: SegmentStreamRequest[] = [];
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onerror: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string, readonly protocols: string[] = []) {
    FakeSocket.all.push(this);
  }

  /** What the client's newest socket is. */
  static get newest(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1];
  }

  send(bytes: Uint8Array): void {
    this.sent.push(fromBinary(SegmentStreamRequestSchema, bytes));
  }

  close(): void {
    this.readyState = 3;
  }

  /** The connection is there. */
  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  /** The server says something. */
  say(response: MessageInitShape<typeof SegmentStreamResponseSchema>["response"]): void {
    const bytes = toBinary(SegmentStreamResponseSchema, create(SegmentStreamResponseSchema, { response: response! }));
    this.onmessage?.({ data: bytes.slice().buffer });
  }

  /** The connection ends. */
  drop(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** Accepts and opens the image. */
  ready(id = "a"): void {
    this.accept();
    this.say({ case: "opened", value: { image: { id } } });
  }

  /** Credentials that arrived in messages. */
  get credentials(): string[] {
    return this.sent.flatMap(({ request }) => (request.case === "reauthenticate" ? [request.value.credential] : []));
  }

  /** Sequence numbers of the prompts that arrived. */
  get prompts(): number[] {
    return this.sent.flatMap(({ request }) => (request.case === "prompt" ? [Number(request.value.sequence)] : []));
  }
}
