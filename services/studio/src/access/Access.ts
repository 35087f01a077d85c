import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type LiveState, SegmentationError } from "segmentation-client";
import { CHANNEL, isSameCaller, type SignInMessage, type SignInState } from "./SignInState";

/** Rights without which nothing on the page works. */
const NEEDED = ["upload", "segment"] as const;

/** The server's clock may be behind. */
const LATE_MS = 500;

/** Longest time of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Who is signed in, and the question for it. The session itself is a cookie that no script can read. */
export class Access {
  /** Null until the server has said it. */
  readonly state = signal<SignInState | null>(null);
  /** True while the page asks the person to sign in. */
  readonly asking = signal(false);
  /** True if somebody was signed in before on this page. */
  readonly wasSignedIn = signal(false);
  /** Why the last attempt failed: the server's reason and sentence. */
  readonly problem = signal<{ readonly code: string; readonly words: string } | null>(null);
  /** Rights that the page needs and the person has not; empty while nobody is known. */
  readonly missing = computed(() => NEEDED.filter((scope) => !this.may(scope)));
  private readonly channel = new BroadcastChannel(CHANNEL);
  private waiting: (() => void)[] = [];
  private checking: Promise<void> | undefined;
  private ending: ReturnType<typeof setTimeout> | undefined;

  /** @param onChanged Is called when another person is signed in than before, or none. */
  constructor(private readonly onChanged: () => void) {
    this.channel.onmessage = ({ data }: MessageEvent<SignInMessage>) => {
      this.problem.value = data.problem === null ? null : { code: data.problem, words: "" };
      void this.check();
    };
    // The window of the provider may have been closed before it could tell.
    self.addEventListener("focus", () => this.asking.peek() && void this.check());
  }

  /** True if the person has a right; also while it is not known who that is: the server decides. */
  may(scope: string): boolean {
    return this.state.value?.person?.scopes.includes(scope) ?? true;
  }

  /** Asks the server who is signed in, and the person when that has become nobody. */
  check(): Promise<void> {
    return this.checking ??= this.fetchState().finally(() => {
      this.checking = undefined;
    });
  }

  /** Asks the person to sign in; resolves when somebody is. Calls can be repeated then. */
  signIn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      void this.check().then(() => {
        // Without an answer the person may know more than the page.
        this.asking.value ||= this.waiting.length > 0;
      });
    });
  }

  /** Checks after every lost connection: why a server refuses one is told to no page. */
  watch(connection: ReadonlySignal<{ readonly state: LiveState }>): void {
    effect(() => {
      if (connection.value.state === "waiting") {
        void this.check();
      }
    });
  }

  /** Shows the question. */
  ask(): void {
    this.problem.value = null;
    this.asking.value = true;
  }

  /** Hides the question: what is on the page can be seen and exported without a server. */
  dismiss(): void {
    this.asking.value = false;
  }

  /** Exchanges an API key for a session. The key is not kept. */
  async signInByKey(key: string): Promise<void> {
    this.problem.value = null;
    await this.post("/v1/sign-in", { key });
  }

  /** Opens the provider's page in a window of its own, so that this page stays as it is. */
  signInByProvider(): void {
    this.problem.value = null;
    if (!open("/v1/sign-in/oidc", "_blank", "popup,width=520,height=680")) {
      location.assign("/v1/sign-in/oidc");
    }
  }

  /** Ends the session in this browser. */
  async signOut(): Promise<void> {
    await this.post("/v1/sign-out", undefined);
  }

  private async post(path: string, body: object | undefined): Promise<void> {
    let response: Response;
    try {
      response = await fetch(path, {
        method: "POST",
        ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
      });
    } catch {
      this.fail(SegmentationError.unreachable());
      return;
    }
    const text = await response.text();
    if (response.ok) {
      this.apply(JSON.parse(text) as SignInState);
      this.channel.postMessage({ problem: null } satisfies SignInMessage);
    } else {
      this.fail(SegmentationError.fromRest(response.status, text));
    }
  }

  private fail(error: SegmentationError): void {
    this.problem.value = { code: error.httpStatus === 0 ? "UNREACHABLE" : error.reason ?? "", words: error.message };
  }

  private async fetchState(): Promise<void> {
    try {
      const response = await fetch("/v1/sign-in", { cache: "no-store" });
      if (response.ok) {
        this.apply(await response.json() as SignInState);
      }
    } catch {
      // The server is away, which the status line says. Whoever waits goes on waiting.
    }
  }

  private apply(state: SignInState): void {
    const before = this.state.peek();
    this.state.value = state;
    this.watchEnd(state.person?.expires ?? null);
    if (state.person) {
      this.wasSignedIn.value = true;
      this.asking.value = false;
      const waiting = this.waiting;
      this.waiting = [];
      waiting.forEach((resolve) => resolve());
    } else if (before?.person !== null) {
      // A person who hid the question is not asked again for nothing.
      this.asking.value = true;
    }
    if (before && !isSameCaller(before, state)) {
      this.onChanged();
    }
  }

  /** Asks as soon as the session has ended, and not with the next click. */
  private watchEnd(expires: string | null): void {
    clearTimeout(this.ending);
    if (expires !== null) {
      const wait = Date.parse(expires) - Date.now() + LATE_MS;
      this.ending = setTimeout(() => void this.check(), Math.min(Math.max(wait, LATE_MS), LONGEST_MS));
    }
  }
}
