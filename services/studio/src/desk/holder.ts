import { recall, remember } from "../shared/settings";
import { uuidv7 } from "../shared/uuid";

const KEY = "desk.holders";
const MOST = 20;

/**
 * The id by which this window holds leases. A window that was reloaded, or begins after another one has crashed, takes
 * the id of one that is gone, and with it the lease that still lasts. Browser locks tell which ids are in use; a page
 * that came by HTTP has none and takes a new id.
 */
export async function holderOfWindow(): Promise<string> {
  const locks = (navigator as { locks?: LockManager }).locks;
  const own = uuidv7();
  if (!locks) {
    return own;
  }
  for (const id of [...read(), own]) {
    if (await isTaken(locks, id)) {
      write([id, ...read().filter((other) => other !== id)]);
      return id;
    }
  }
  return own;
}

/** Takes an id for as long as the window lives; false if another window has it. */
function isTaken(locks: LockManager, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    void locks.request(`segmentation-desk.holder.${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // The browser ends the lock with the window.
      return lock ? new Promise<void>(() => undefined) : Promise.resolve();
    });
  });
}

function read(): string[] {
  try {
    const ids = JSON.parse(recall(KEY) ?? "[]") as unknown;
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

function write(ids: readonly string[]): void {
  remember(KEY, JSON.stringify(ids.slice(0, MOST)));
}
