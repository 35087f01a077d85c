const NAME = "segmentation-studio";
const VERSION = 1;

/** Stores of the database: summaries for lists, work, and the pictures' files, each by the picture's SHA-256. */
export type StoreName = "pictures" | "works" | "files";

const STORES: readonly StoreName[] = ["pictures", "works", "files"];

/** Opens the studio's database, which is created the first time. Rejects with the browser's reason. */
export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const missing = STORES.filter((store) => !request.result.objectStoreNames.contains(store));
      missing.forEach((store) => request.result.createObjectStore(store));
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

/** Runs work in one transaction, all of it or nothing. Rejects with the browser's reason, or the work's. */
export function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  work: (store: (name: StoreName) => IDBObjectStore) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([...STORES], mode);
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
