const PREFIX = "segmentation-studio.";

/** Setting that names the person who used the desk last in this browser. */
export const OWNER = "desk.owner";

/** Returns a setting of an earlier visit if it is still one of the possible values, else a default. */
export function remembered<T extends string>(name: string, possible: readonly T[], otherwise: T): T {
  const value = recall(name);
  return possible.find((candidate) => candidate === value) ?? otherwise;
}

/** Reads a value that an earlier visit stored; null when there is none. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Removes a value, so that it is no more than one that was never stored. */
export function forget(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing is stored where the browser does not allow that.
  }
}

/** Stores a value for the next visit; returns false where the browser does not allow that. */
export function remember(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
