/** A database of the browser: its name, its version and its stores. */
export interface Schema<S extends string> {
  readonly name: string;
  readonly version: number;
  /** Stores, and true where the store numbers its values itself. */
  readonly stores: Readonly<Record<S, { readonly autoIncrement: boolean }>>;
}

type Stores<S extends string> = (name: S) => IDBObjectStore;

/** A database of the browser, opened when it is first used. Calls reject with the browser's reasons. */
export class Database<S extends string> {
  private opened: Promise<IDBDatabase> | undefined;

  constructor(private readonly schema: Schema<S>) {}

  /**
   * Runs work in one transaction over all stores, all of it or nothing. Rejects with the work's reason, too.
   * @param durability "strict" for what must survive a loss of power once the promise resolves.
   */
  async run<T>(
    mode: IDBTransactionMode,
    work: (store: Stores<S>) => Promise<T>,
    durability: IDBTransactionDurability = "default",
  ): Promise<T> {
    this.opened ??= open(this.schema);
    try {
      return await transact(await this.opened, Object.keys(this.schema.stores), mode, durability, work as never);
    } catch (error) {
      // A database that was closed or could not be opened is opened again by the next call.
      if (error instanceof DOMException && !isFull(error)) {
        this.opened = undefined;
      }
      throw error;
    }
  }
}

function open({ name, version, stores }: Schema<string>): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const [store, { autoIncrement }] of Object.entries(stores)) {
        if (!request.result.objectStoreNames.contains(store)) {
          request.result.createObjectStore(store, { autoIncrement });
        }
      }
    };
    request.onsuccess = () => {
      // A tab of a later version may change the form: this one lets it, and does without.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new DOMException("", "BlockedError"));
  });
}

function transact<T>(
  database: IDBDatabase,
  stores: readonly string[],
  mode: IDBTransactionMode,
  durability: IDBTransactionDurability,
  work: (store: Stores<string>) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([...stores], mode, { durability });
    let outcome: T;
    let reason: unknown;
    transaction.oncomplete = () => resolve(outcome);
    transaction.onabort = () => reject(reason ?? transaction.error);
    work((name) => transaction.objectStore(name)).then(
      (value) => (outcome = value),
      (error: unknown) => {
        reason = error;
        try {
          transaction.abort();
        } catch {
          // It ended by itself, for the same reason.
          reject(error);
        }
      });
  });
}

/** A request's result. */
export function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Returns true if the browser has no more room. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
