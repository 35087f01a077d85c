import { uuidv7 } from "./uuid";

const NAME = "segmentation-studio.holder";

let holder: string | undefined;

/**
 * Id of this window as the holder of leases: the same after a reload. While the page lives its storage lacks the id, so
 * that a window that was duplicated from this one gets an id of its own.
 */
export function windowHolder(): string {
  if (holder === undefined) {
    holder = take() ?? uuidv7();
    addEventListener("pagehide", put);
    addEventListener("pageshow", take);
  }
  return holder;
}

function take(): string | undefined {
  try {
    const kept = sessionStorage.getItem(NAME) ?? undefined;
    sessionStorage.removeItem(NAME);
    return kept;
  } catch {
    return undefined;
  }
}

function put(): void {
  try {
    sessionStorage.setItem(NAME, holder!);
  } catch {
    // After the reload the lease that this window had ends by itself.
  }
}
