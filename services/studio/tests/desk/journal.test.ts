import "fake-indexeddb/auto";
import { signal } from "@preact/signals";
import { Code, SegmentationError } from "segmentation-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Journal } from "../../src/desk/journal/Journal";
import { idOf, operationOf } from "../../src/desk/journal/JournalEntry";
import { JournalStore } from "../../src/desk/journal/JournalStore";
import { entriesOfSame, onRevision, resolve, toFile } from "../../src/desk/journal/resolving";
import { seeded } from "../../packages/client/tests/randomMask";
import { annotation, created, judged, labelOf, ME, operation, PLACE, updated } from "./entries";
import { FakeServer, refused, unreachable } from "./FakeServer";

const open: Journal[] = [];
let stores = 0;

beforeEach(() => {
  // A browser without locks, as for pages that came by HTTP.
  vi.stubGlobal("navigator", {});
});

afterEach(() => {
  open.splice(0).forEach((journal) => journal.end());
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the journal", () => {
  it("sends operations in their order, and never two on one annotation at once", async () => {
    const server = new FakeServer();
    const journal = journalOf(server);
    await journal.append([
      created("a", 1), created("b", 1), updated("a", 2, 1n), updated("a", 3, 2n), updated("b", 2, 1n),
    ]);
    await journal.start();
    await emptied(journal);

    expect(server.applied.map(labelOf)).toEqual(["a1", "b1", "a2", "b2", "a3"]);
    expect(server.calls.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it("has every operation before the server has, and the next page sends what this one did not", async () => {
    const store = new JournalStore(`journal ${++stores}`);
    const away = new FakeServer();
    away.before = unreachable;
    const first = journalOf(away, store);
    await first.start();
    await first.append([created("a", 1), updated("a", 2, 1n)]);
    await vi.waitFor(() => expect(first.sender.trouble.value).toBe("offline"));
    expect(first.unsent.value).toBe(2);
    // The page is gone: nothing of it is asked any more.
    first.end();

    const server = new FakeServer();
    const second = journalOf(server, new JournalStore(`journal ${stores}`));
    await second.start();
    await emptied(second);
    expect(server.applied.map(labelOf)).toEqual(["a1", "a2"]);
  });

  it("counts an operation at once, and is written when the operation is stored", async () => {
    const store = new JournalStore(`journal ${++stores}`);
    const journal = journalOf(new FakeServer(), store);
    const appended = journal.append([created("a", 1)]);
    expect([journal.unsent.value, journal.isWritten.value]).toEqual([1, false]);
    await appended;
    expect([journal.unsent.value, journal.isWritten.value]).toEqual([1, true]);
    expect(await store.list()).toHaveLength(1);
  });

  it("knows the windows whose operations it has as soon as it is read", async () => {
    const store = new JournalStore(`journal ${++stores}`);
    await journalOf(new FakeServer(), store).append([created("a", 1)]);
    const next = journalOf(new FakeServer(), new JournalStore(`journal ${stores}`));
    void next.start();
    expect([...await next.holders()]).toEqual((await store.list()).map(({ holder }) => holder));
  });

  it("repeats what was applied without an answer, and the server applies it once", async () => {
    const server = new FakeServer();
    let lost = 3;
    server.after = () => lost-- > 0 && unreachable();
    const journal = journalOf(server);
    await journal.start();
    await journal.append([created("a", 1), updated("a", 2, 1n)]);
    await emptied(journal);

    expect(server.applied.map(labelOf)).toEqual(["a1", "a2"]);
    expect(server.calls.length).toBe(5);
  });

  it("keeps a conflict and all that follows it on that annotation, and goes on with others", async () => {
    const server = new FakeServer();
    const journal = journalOf(server);
    await journal.start();
    await journal.append([created("a", 1)]);
    await emptied(journal);
    server.byOther(PLACE, operation(1n, { case: "update", value: annotation("a", 9) }));
    // Made on revision 1 and 2: the second would fit the other's revision 2, and overwrite it.
    await journal.append([updated("a", 2, 1n), updated("a", 3, 2n), created("b", 1)]);
    await vi.waitFor(() => expect(server.applied.map(labelOf)).toEqual(["a1", "a9", "b1"]));
    await vi.waitFor(() => expect(journal.entries.value.map(({ state }) => state)).toEqual(["conflict", "unsent"]));
    await settledDown();

    expect(server.annotations.get("p/7/0 a")!.label).toBe(9);
    expect(journal.troubled.value).toHaveLength(1);
  });

  it.each([["mine", 3, undefined], ["theirs", 9, undefined], ["both", 9, 3]] as const)(
    "resolves a conflict: %s", async (how, label, other) => {
      const server = new FakeServer();
      const journal = journalOf(server);
      await journal.append([created("a", 1)]);
      await journal.start();
      await emptied(journal);
      server.byOther(PLACE, operation(1n, { case: "update", value: annotation("a", 9) }));
      await journal.append([updated("a", 2, 1n), updated("a", 3, 2n)]);
      await vi.waitFor(() => expect(journal.troubled.value).toHaveLength(1));

      const { removed, added } = resolve(entriesOfSame(journal.troubled.value[0], journal.entries.value), how);
      await journal.settle({ changed: [], removed }, added);
      await emptied(journal);
      expect(server.annotations.get("p/7/0 a")!.label).toBe(label);
      const others = [...server.annotations.values()].filter(({ id }) => id !== "a");
      expect(others.map((one) => one.label)).toEqual(other === undefined ? [] : [other]);
    });

  it("sends a verdict after the operations that it was made on, and keeps it while the server is away", async () => {
    const server = new FakeServer();
    server.beforeVerdicts = unreachable;
    const name = `journal ${++stores}`;
    const first = journalOf(server, new JournalStore(name));
    await first.start();
    await first.append([created("a", 1), updated("a", 2, 1n), judged("a", 2, 2n)]);
    await vi.waitFor(() => expect(first.sender.trouble.value).toBe("offline"));
    expect(first.unsent.value).toBe(1);
    first.end();

    server.beforeVerdicts = () => undefined;
    const second = journalOf(server, new JournalStore(name));
    await second.start();
    await emptied(second);
    expect(server.judged.map(({ annotation: id, note }) => [id, note])).toEqual([["a", "Cut off."]]);
    expect(server.annotations.get("p/7/0 a")!.revision).toBe(3n);
  });

  it("keeps a verdict on an annotation that was changed meanwhile, with the reason", async () => {
    const server = new FakeServer();
    const journal = journalOf(server);
    await journal.append([created("a", 1)]);
    await journal.start();
    await emptied(journal);
    server.byOther(PLACE, operation(1n, { case: "update", value: annotation("a", 9) }));
    await journal.append([judged("a", 1, 1n)]);
    await vi.waitFor(() => expect(journal.troubled.value.map(({ state, reason }) => [state, reason]))
      .toEqual([["refused", "Look at it again."]]));
    const [entry] = journal.troubled.value;
    const line = JSON.parse(await toFile([entry], ({ id }) => id).text()) as { verdict: string };
    expect(line.verdict).toBe(idOf(entry));

    // Sent again, it is on the annotation as it is now.
    await journal.settle({ changed: [{ ...entry, ...onRevision(entry, 2n), state: "unsent" }], removed: [] });
    await emptied(journal);
    expect(server.judged.map(({ annotationRevision }) => annotationRevision)).toEqual([2n]);
  });

  it("keeps a verdict on mine when a conflict is resolved for mine", async () => {
    const server = new FakeServer();
    const journal = journalOf(server);
    await journal.append([created("a", 1)]);
    await journal.start();
    await emptied(journal);
    server.byOther(PLACE, operation(1n, { case: "update", value: annotation("a", 9) }));
    await journal.append([updated("a", 2, 1n), judged("a", 2, 2n)]);
    await vi.waitFor(() => expect(journal.troubled.value).toHaveLength(1));
    const { removed, added } = resolve(entriesOfSame(journal.troubled.value[0], journal.entries.value), "mine");
    await journal.settle({ changed: [], removed }, added);
    await emptied(journal);

    expect(server.annotations.get("p/7/0 a")!.label).toBe(2);
    expect(server.judged).toHaveLength(1);
  });

  it("restores what somebody else has deleted when mine is kept", async () => {
    const server = new FakeServer();
    const journal = journalOf(server);
    await journal.append([created("a", 1)]);
    await journal.start();
    await emptied(journal);
    server.byOther(PLACE, operation(1n, { case: "delete", value: "a" }));
    await journal.append([updated("a", 2, 1n)]);
    await vi.waitFor(() => expect(journal.troubled.value).toHaveLength(1));
    const { removed, added } = resolve(journal.troubled.value, "mine");
    await journal.settle({ changed: [], removed }, added);
    await emptied(journal);

    const now = server.annotations.get("p/7/0 a")!;
    expect([now.label, now.deleteTime]).toEqual([2, undefined]);
  });

  it("keeps what the server refuses, with its reason, and writes it to a file", async () => {
    const server = new FakeServer();
    server.refusedLabel = 5;
    const journal = journalOf(server);
    await journal.start();
    await journal.append([created("a", 5), updated("a", 1, 1n), created("b", 1)]);
    await vi.waitFor(() => expect(journal.entries.value.map(({ state }) => state)).toEqual(["refused", "unsent"]));

    expect(server.applied.map(labelOf)).toEqual(["b1"]);
    expect(journal.troubled.value[0].reason).toBe("The project has no such label.");
    const lines = (await toFile(journal.entries.value, ({ id }) => id).text()).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { operation: string }).operation))
      .toEqual(journal.entries.value.map((entry) => operationOf(entry).id));
  });

  it("finds the one operation for which a whole call is refused", async () => {
    const server = new FakeServer();
    server.before = (operations) => operations.some((one) => labelOf(one) === "b1") && refused();
    const journal = journalOf(server);
    await journal.append([created("a", 1), created("b", 1), created("c", 1)]);
    await journal.start();
    await vi.waitFor(() => expect(journal.entries.value.map(({ state }) => state)).toEqual(["refused"]));

    expect(server.applied.map(labelOf)).toEqual(["a1", "c1"]);
    expect(journal.troubled.value[0].reason).toBe("operations[0] is wrong.");
  });

  it("waits while somebody else holds the picture, and goes on when told", async () => {
    const server = new FakeServer();
    server.before = () => {
      throw new SegmentationError(Code.FailedPrecondition, "Held.");
    };
    const journal = journalOf(server);
    await journal.start();
    await journal.append([created("a", 1)]);
    await vi.waitFor(() => expect(journal.sender.trouble.value).toBe("held"));
    server.before = () => undefined;
    journal.sender.wake();
    await emptied(journal);

    expect(journal.sender.trouble.value).toBeNull();
  });

  it("does not send another person's operations, and sends them when that person is back", async () => {
    const server = new FakeServer();
    const owner = signal<string | null>("tenant other");
    const journal = journalOf(server, undefined, owner);
    await journal.start();
    await journal.append([created("a", 1)]);
    await settledDown();
    expect(server.calls).toEqual([]);
    expect(journal.unsent.value).toBe(0);

    owner.value = ME;
    await emptied(journal);
    expect(server.applied.map(labelOf)).toEqual(["a1"]);
  });

  it("of two tabs is sent by one, and both hear of it", async () => {
    stubLocks();
    const server = new FakeServer();
    const name = `journal ${++stores}`;
    const [one, two] = [journalOf(server, new JournalStore(name)), journalOf(server, new JournalStore(name))];
    const heard: string[] = [];
    two.listen(PLACE, (outcomes) => heard.push(...outcomes.map(({ id }) => id)));
    await one.start();
    await two.start();
    const entries = [created("a", 1), created("b", 1)];
    await Promise.all([one.append([entries[0]]), two.append([entries[1]])]);
    await vi.waitFor(() => expect(heard.toSorted()).toEqual(entries.map((entry) => operationOf(entry).id).toSorted()));
    expect(server.mostRunning).toBe(1);

    // The other one goes on when this one is closed.
    one.end();
    await two.append([created("c", 1)]);
    await emptied(two);
    expect(server.applied.map(labelOf).toSorted()).toEqual(["a1", "b1", "c1"]);
  });

  it("gives up cached pictures before operations, which are in memory where the browser stores nothing", async () => {
    const store = new JournalStore(`journal ${++stores}`);
    await store.cache("p/1/0", { file: "one" }, 10);
    const server = new FakeServer();
    server.before = unreachable;
    const journal = journalOf(server, store);
    let failures = 1;
    const add = IDBObjectStore.prototype.add;
    vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(function (this: IDBObjectStore, ...values) {
      if (failures-- > 0) {
        throw new DOMException("", "QuotaExceededError");
      }
      return add.apply(this, values);
    });
    await journal.append([created("a", 1)]);
    expect(journal.isStored.value).toBe(true);
    expect(await store.cached("p/1/0")).toBeUndefined();

    failures = Infinity;
    await journal.append([updated("a", 2, 1n)]);
    expect(journal.isStored.value).toBe(false);
    expect(journal.unsent.value).toBe(2);
    server.before = () => undefined;
    journal.sender.wake();
    await emptied(journal);
    expect(server.applied.map(labelOf)).toEqual(["a1", "a2"]);
    expect(journal.isStored.value).toBe(true);
  });

  it("stores what was in memory only before what is made later, once there is room again", async () => {
    const server = new FakeServer();
    server.before = unreachable;
    const name = `journal ${++stores}`;
    const first = journalOf(server, new JournalStore(name));
    const add = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
      throw new DOMException("", "QuotaExceededError");
    });
    await first.append([created("a", 1)]);
    expect(first.isStored.value).toBe(false);
    add.mockRestore();
    await first.append([updated("a", 2, 1n)]);
    expect(first.isStored.value).toBe(true);
    first.end();

    server.before = () => undefined;
    const second = journalOf(server, new JournalStore(name));
    await second.start();
    await emptied(second);
    expect(server.applied.map(labelOf)).toEqual(["a1", "a2"]);
  });

  it("loses nothing and overwrites nothing, whatever fails", async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = seeded(seed);
      const server = new FakeServer();
      server.before = () => random() < 0.3 && unreachable();
      server.after = () => random() < 0.3 && unreachable();
      const name = `journal ${++stores}`;
      let journal = journalOf(server, new JournalStore(name));
      await journal.start();
      const wanted = new Map<string, number>();
      const revisions = new Map<string, bigint>();
      for (let step = 0; step < 40; step++) {
        const id = `o${Math.floor(random() * 6)}`;
        const revision = revisions.get(id) ?? 0n;
        await journal.append([revision === 0n ? created(id, step + 1) : updated(id, step + 1, revision)]);
        revisions.set(id, revision + 1n);
        wanted.set(id, step + 1);
        if (random() < 0.2) {
          journal.end();
          journal = journalOf(server, new JournalStore(name));
          await journal.start();
        }
      }
      await emptied(journal);
      expect(new Map([...server.annotations.values()].map(({ id, label }) => [id, label])), `seed ${seed}`)
        .toEqual(wanted);
      expect(server.applied).toHaveLength(40);
      expect(new Set(server.applied.map(({ id }) => id)).size).toBe(40);
      journal.end();
    }
  });
});

function journalOf(
  server: FakeServer, store = new JournalStore(`journal ${++stores}`), owner = signal<string | null>(ME),
) {
  const wait = (milliseconds: number, signal: AbortSignal) => milliseconds < Infinity || signal.aborted
    ? settledDown() : new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
  const journal = new Journal(server, owner, store, owner, { wait });
  open.push(journal);
  return journal;
}

/** Lets everything happen that is about to. */
async function settledDown(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((done) => setImmediate(done));
  }
}

async function emptied(journal: Journal): Promise<void> {
  await vi.waitFor(() => expect(journal.entries.value).toEqual([]), { timeout: 10_000 });
}

/** Locks of a browser: one holder at a time, in order. */
function stubLocks(): void {
  let last: Promise<unknown> = Promise.resolve();
  vi.stubGlobal("navigator", {
    locks: {
      request: (_: string, __: unknown, work: () => Promise<void>) => {
        const done = last.then(work);
        last = done.catch(() => undefined);
        return done;
      },
    },
  });
}
