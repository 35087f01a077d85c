import { Database, isFull, resultOf } from "../../shared/database";
import type { JournalEntry, NewEntry } from "./JournalEntry";

/** A picture in the cache: what the desk needs to show it without a server lies in a store of its own. */
interface CachedPicture {
  /** Name of the place, the key. */
  readonly name: string;
  readonly used: number;
  readonly bytes: number;
}

/** Change of the journal after an answer: entries that take the place of others, and keys of those that leave. */
export interface Settlement {
  readonly changed: readonly JournalEntry[];
  readonly removed: readonly number[];
}

/** Pictures that are cached for work without a server. */
const MOST_PICTURES = 60;
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The journal of operations in this browser's IndexedDB, beside a cache of pictures that gives way where there is no
 * room. While the browser stores nothing, operations stay in memory, and `isStored` is false.
 */
export class JournalStore {
  /** Operations that the browser did not store, by negative keys. */
  private unstored: JournalEntry[] = [];
  private lastUnstored = 0;
  private readonly database: Database<"operations" | "pictures" | "contents">;

  /** @param name Name of the database. */
  constructor(name = "segmentation-desk") {
    this.database = new Database({
      name,
      version: 1,
      stores: {
        operations: { autoIncrement: true }, pictures: { autoIncrement: false }, contents: { autoIncrement: false },
      },
    });
  }

  /** True if all operations are stored; false while some are in memory only. */
  get isStored(): boolean {
    return this.unstored.length === 0;
  }

  /**
   * Adds operations at the end, after those that are in memory only. They are on the disk when this resolves, unless
   * `isStored` is false then.
   * @returns The entries with their keys.
   */
  async append(entries: readonly NewEntry[]): Promise<JournalEntry[]> {
    const added = entries.map((entry): Omit<JournalEntry, "key"> => ({ ...entry, state: "unsent" }));
    for (;;) {
      // Operations stay in their order: none is stored before one that was made earlier.
      const rest = this.unstored;
      try {
        const stored = await this.database.run("readwrite", (store) =>
          Promise.all([...rest.map(({ key: _, ...entry }) => entry), ...added].map(async (entry) => {
            const key = Number(await resultOf(store("operations").add(entry)));
            return { ...entry, key };
          })), "strict");
        this.unstored = this.unstored.filter((entry) => !rest.includes(entry));
        return stored.slice(rest.length);
      } catch (error) {
        if (!isFull(error) || !await this.dropOldest()) {
          const kept = added.map((entry) => ({ ...entry, key: --this.lastUnstored }));
          this.unstored = [...this.unstored, ...kept];
          return kept;
        }
      }
    }
  }

  /** All operations in their order. */
  async list(): Promise<JournalEntry[]> {
    let stored: JournalEntry[] = [];
    try {
      stored = await this.database.run("readonly", async (store) => {
        const [keys, values] = await Promise.all([
          resultOf(store("operations").getAllKeys()),
          resultOf<Omit<JournalEntry, "key">[]>(store("operations").getAll()),
        ]);
        return values.map((value, index) => ({ ...value, key: Number(keys[index]) }));
      });
    } catch {
      // Without a database all operations are in memory.
    }
    return [...stored, ...this.unstored];
  }

  /** Changes and removes entries, all or nothing. */
  async settle({ changed, removed }: Settlement): Promise<void> {
    const gone = new Set(removed);
    const news = new Map(changed.map((entry) => [entry.key, entry]));
    this.unstored = this.unstored.filter(({ key }) => !gone.has(key)).map((entry) => news.get(entry.key) ?? entry);
    if ([...gone, ...news.keys()].some((key) => key > 0)) {
      await this.database.run("readwrite", async (store) => {
        for (const key of gone) {
          await resultOf(store("operations").delete(key));
        }
        for (const { key, ...entry } of changed) {
          // Whoever removed an entry meanwhile wins.
          if (key > 0 && await resultOf(store("operations").getKey(key)) !== undefined) {
            await resultOf(store("operations").put(entry, key));
          }
        }
      }, "strict");
    }
  }

  /** Reads a cached picture; undefined when there is none. */
  async cached(name: string): Promise<unknown> {
    try {
      return await this.database.run("readonly", (store) => resultOf<unknown>(store("contents").get(name)));
    } catch {
      return undefined;
    }
  }

  /** Caches a picture; those used least recently go. Nothing happens where the browser has no room. */
  async cache(name: string, content: unknown, bytes: number): Promise<void> {
    try {
      await this.database.run("readwrite", async (store) => {
        const all = await resultOf<CachedPicture[]>(store("pictures").getAll());
        const others = all.filter((one) => one.name !== name).sort((a, b) => b.used - a.used);
        let sum = bytes;
        for (const [index, other] of others.entries()) {
          sum += other.bytes;
          if (index + 1 >= MOST_PICTURES || sum > MOST_BYTES) {
            await drop(store, other.name);
          }
        }
        await resultOf(store("contents").put(content, name));
        await resultOf(store("pictures").put({ name, bytes, used: Date.now() } satisfies CachedPicture, name));
      });
    } catch {
      // The picture is read from the server the next time.
    }
  }

  /** Drops the picture that was used least recently; false when there is none. */
  private async dropOldest(): Promise<boolean> {
    return this.database.run("readwrite", async (store) => {
      const all = await resultOf<CachedPicture[]>(store("pictures").getAll());
      const [oldest] = all.sort((a, b) => a.used - b.used);
      if (oldest) {
        await drop(store, oldest.name);
      }
      return oldest !== undefined;
    }).catch(() => false);
  }
}

async function drop(store: (name: "pictures" | "contents") => IDBObjectStore, name: string): Promise<void> {
  await resultOf(store("contents").delete(name));
  await resultOf(store("pictures").delete(name));
}
