import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { OperationOutcome } from "segmentation-client/projects";
import { pause } from "../../shared/pause";
import { type JournalEntry, nameOfPlace, type NewEntry, type Place } from "./JournalEntry";
import { JournalSender, type SenderOptions } from "./JournalSender";
import { JournalStore, type Settlement } from "./JournalStore";
import type { OperationServer } from "./OperationServer";

const CHANNEL = "segmentation-desk";
/** Time that `sent` waits. */
const SENT_MS = 5_000;
const LOCK = "segmentation-desk.sender";

/** Tells other tabs that the journal has changed, and with which outcomes. */
interface Message {
  readonly place?: string;
  readonly outcomes?: readonly OperationOutcome[];
}

/** Receives the outcomes of operations on one picture, from whichever tab sent them. */
export type OutcomeListener = (outcomes: readonly OperationOutcome[]) => void;

/**
 * The journal of one browser: every operation is in it before anything else happens, and leaves it when the server has
 * applied it. All tabs write; one tab sends, the one that holds the lock.
 */
export class Journal {
  private readonly all = signal<readonly JournalEntry[]>([]);
  private readonly known = new Set<string>();
  /** Operations that are on their way to the disk. */
  private readonly beingAdded = signal(0);
  /** The operations of the person who is signed in, in their order. */
  readonly entries = computed(() => this.all.value.filter(({ owner }) => owner === this.owner.value));
  readonly unsent = computed(() =>
    this.entries.value.filter(({ state }) => state === "unsent").length + this.beingAdded.value);
  /** True when everything that was added is stored: until then a crash of the browser may lose the newest operations. */
  readonly isWritten = computed(() => this.beingAdded.value === 0);
  /** Operations that wait for the person: conflicts and refusals. */
  readonly troubled = computed(() => this.entries.value.filter(({ state }) => state !== "unsent"));
  /** False while some operations are in this page's memory only. */
  readonly isStored = signal(true);
  readonly sender: JournalSender;
  private readonly channel = new BroadcastChannel(CHANNEL);
  private readonly listeners = new Map<string, Set<OutcomeListener>>();
  private readonly ending = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private reading: Promise<void> | undefined;
  private running: Promise<void> | undefined;
  private stopFollowing: () => void = () => undefined;

  /**
   * @param owner Tenant and subject of the person whose work it is: who is signed in, or was last.
   * @param present The same, null while nobody is signed in.
   * @param options Parts of the sender's options.
   */
  constructor(
    server: OperationServer,
    private readonly owner: ReadonlySignal<string | null>,
    readonly store = new JournalStore(),
    private readonly present: ReadonlySignal<string | null> = owner,
    options: Pick<SenderOptions, "wait" | "signIn"> = {},
  ) {
    this.sender = new JournalSender(this.store, server, {
      ...options,
      owner: () => this.present.peek(),
      onOutcomes: (place, outcomes) => void this.settled({ place: nameOfPlace(place), outcomes }, true),
    });
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => void this.settled(data, false);
    // Node, which runs the unit tests, would wait for messages for ever.
    (this.channel as { unref?: () => void }).unref?.();
  }

  /** Tenant and subject of the person who makes new operations; null before anybody was signed in. */
  get whose(): string | null {
    return this.owner.peek();
  }

  /** Reads the journal and begins to send, as soon as no other tab does. */
  async start(): Promise<void> {
    this.reading = this.refresh();
    await this.reading;
    this.stopFollowing = this.present.subscribe(() => this.sender.wake());
    const locks = (navigator as { locks?: LockManager }).locks;
    if (locks) {
      locks.request(LOCK, { signal: this.ending.signal }, () => this.send()).catch(() => undefined);
    } else {
      // A page that came by HTTP has no locks. Two tabs may send the same operation then: the server applies it once.
      void this.send();
    }
  }

  /** Windows of this browser whose operations the journal had since this page was loaded; waits until it is read. */
  async holders(): Promise<ReadonlySet<string>> {
    await this.reading;
    return this.known;
  }

  /** Ends sending; the journal stays as it is. */
  end(): void {
    this.ending.abort();
    this.stopFollowing();
    this.sender.end();
    this.channel.close();
  }

  /** Adds operations, after those that were added before. They are stored when this resolves. */
  append(entries: readonly NewEntry[]): Promise<void> {
    this.beingAdded.value += entries.length;
    return this.inOrder(async () => {
      const added = await this.store.append(entries);
      batch(() => {
        this.beingAdded.value -= entries.length;
        this.all.value = [...this.all.value, ...added];
      });
      await this.changed();
      if (!this.store.isStored) {
        // No other tab knows these operations.
        void this.send();
      }
    });
  }

  /** Puts entries in the place of others, after the person has decided: nothing else takes an entry away. */
  settle(settlement: Settlement, added: readonly NewEntry[] = []): Promise<void> {
    return this.inOrder(async () => {
      // First the new ones: a crash between the two repeats the question, and loses nothing.
      if (added.length > 0) {
        await this.store.append(added);
      }
      await this.store.settle(settlement);
      await this.changed();
    });
  }

  /** Calls a listener with the outcomes of a picture's operations; returns a function that ends this. */
  listen(place: Place, listener: OutcomeListener): () => void {
    const name = nameOfPlace(place);
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) {
        this.listeners.delete(name);
      }
    };
  }

  /** The entries of a picture, in their order. */
  of(place: Place): JournalEntry[] {
    const name = nameOfPlace(place);
    return this.entries.peek().filter((entry) => nameOfPlace(entry.place) === name);
  }

  /** Waits until everything that was added is stored. */
  async written(): Promise<void> {
    await this.last;
  }

  /** Resolves with true when the server has all operations of a picture, with false when that takes long. */
  async sent(place: Place): Promise<boolean> {
    await this.written();
    const name = nameOfPlace(place);
    const sent = new AbortController();
    const stop = this.entries.subscribe((entries) =>
      entries.some((entry) => nameOfPlace(entry.place) === name) || sent.abort());
    await pause(SENT_MS, sent.signal);
    stop();
    return sent.signal.aborted;
  }

  private send(): Promise<void> {
    return this.running ??= this.sender.run();
  }

  private async changed(): Promise<void> {
    await this.refresh();
    this.sender.wake();
    this.post({});
  }

  private async settled(message: Message, isOwn: boolean): Promise<void> {
    await this.refresh();
    if (isOwn) {
      this.post(message);
    } else {
      this.sender.wake();
    }
    if (message.place !== undefined) {
      this.listeners.get(message.place)?.forEach((listener) => listener(message.outcomes ?? []));
    }
  }

  private post(message: Message): void {
    if (!this.ending.signal.aborted) {
      this.channel.postMessage(message);
    }
  }

  private async refresh(): Promise<void> {
    const all = await this.store.list();
    all.forEach(({ holder }) => this.known.add(holder));
    batch(() => {
      this.all.value = all;
      this.isStored.value = this.store.isStored;
    });
  }

  private inOrder(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }
}
