import { windowHolder } from "../shared/holder";
import { recall, remember } from "../shared/settings";

const KEY = "desk.holders";
const MOST = 40;

/**
 * Shows the other windows of this browser that this one lives, for as long as it does. A page that came by HTTP has no
 * locks and shows nothing.
 */
export function showThatWindowLives(): void {
  const id = windowHolder();
  void locks()?.request(lockOf(id), () => new Promise<void>(() => undefined));
  remember(KEY, JSON.stringify([id, ...known().filter((other) => other !== id)].slice(0, MOST)));
}

/**
 * True if a lease is of a window of this browser that has crashed or was closed: nobody works with it any more.
 * @param also Further windows that are known to be of this browser.
 */
export async function isOfLostWindow(holder: string, also: ReadonlySet<string>): Promise<boolean> {
  const manager = locks();
  if (!manager || !(also.has(holder) || known().includes(holder))) {
    return false;
  }
  const { held } = await manager.query();
  return !(held ?? []).some(({ name }) => name === lockOf(holder));
}

function lockOf(id: string): string {
  return `segmentation-desk.holder.${id}`;
}

function locks(): LockManager | undefined {
  return (navigator as { locks?: LockManager }).locks;
}

function known(): string[] {
  try {
    const ids = JSON.parse(recall(KEY) ?? "[]") as unknown;
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}
