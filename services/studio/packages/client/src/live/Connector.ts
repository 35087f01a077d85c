import { type Credential, protocolsFor } from "../credentials/credentials.js";
import type { SegmentationError } from "../errors/SegmentationError.js";

/** Connections in a row with credentials that the server does not accept: a function may be a little late. */
const MAX_REFUSALS = 3;

/** Pause before a function that failed is asked for a credential again. */
const RENEWAL_MS = 3_000;

/** Options of a session about its connection. */
export interface ConnectorOptions {
  /** API key or token, or a function that gives one. A function is asked again before its credential expires. */
  readonly credential?: Credential | undefined;
  /** Finds out why the server lets no session in; undefined when there is no such reason. */
  readonly explain?: () => Promise<SegmentationError | undefined>;
  /** Creates sockets. Default `WebSocket`, which Node has from 22 on. */
  readonly connect?: (url: string, protocols: string[]) => WebSocket;
}

/** Opens WebSockets with a credential, which may have to be asked for first. */
export class Connector {
  /** Changes with each question: the answer to an earlier one does not matter any more. */
  private attempt = 0;
  private busy = false;
  private refusals = 0;

  constructor(
    private readonly url: string,
    private readonly options: ConnectorOptions,
  ) {}

  /** True while there is no socket yet and an answer is awaited. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** The server has accepted a credential. */
  accepted(): void {
    this.refusals = 0;
  }

  /** The server has refused a credential: whether another one is worth a try. */
  mayRetry(): boolean {
    if (typeof this.options.credential === "function" && ++this.refusals <= MAX_REFUSALS) {
      return true;
    }
    this.refusals = 0;
    return false;
  }

  /** Opens a socket; at once where no function must be asked for the credential. */
  open(opened: (socket: WebSocket) => void, failed: (reason: string) => void): void {
    const { credential } = this.options;
    if (typeof credential === "function") {
      this.ask(
        async () => protocolsFor(await credential()),
        (protocols) => opened(this.connect(protocols)),
        (error) => failed(error instanceof Error ? error.message : String(error)),
      );
    } else {
      opened(this.connect(credential === undefined ? [] : protocolsFor(credential)));
    }
  }

  /** Finds out why a socket was refused, if anybody knows. */
  explain(then: (error: SegmentationError | undefined) => void): void {
    const { explain } = this.options;
    if (explain) {
      this.ask(explain, then, () => then(undefined));
    } else {
      then(undefined);
    }
  }

  /** Asks for another credential until there is one, as long as it is needed. */
  renew(isNeeded: () => boolean, send: (credential: string) => void): void {
    const { credential } = this.options;
    if (typeof credential !== "function" || !isNeeded()) {
      return;
    }
    Promise.resolve().then(credential).then(
      (text) => {
        if (isNeeded()) {
          send(text);
        }
      },
      () => setTimeout(() => this.renew(isNeeded, send), RENEWAL_MS),
    );
  }

  /** Forgets what is awaited. */
  cancel(): void {
    this.attempt++;
    this.busy = false;
  }

  private connect(protocols: string[]): WebSocket {
    const socket = (this.options.connect ?? ((url, names) => new WebSocket(url, names)))(this.url, protocols);
    // Node 20 reports a connection that was refused by an error alone; elsewhere a close follows.
    socket.onerror = () => {
      const lost = socket.onclose;
      socket.onclose = null;
      lost?.call(socket, { code: 1006, reason: "" } as CloseEvent);
    };
    return socket;
  }

  private ask<T>(question: () => Promise<T>, then: (answer: T) => void, failed: (error: unknown) => void): void {
    const attempt = ++this.attempt;
    this.busy = true;
    const go = (next: () => void) => {
      if (this.attempt === attempt) {
        this.busy = false;
        next();
      }
    };
    question().then((answer) => go(() => then(answer)), (error: unknown) => go(() => failed(error)));
  }
}
