const PREFIX = "segmentation-studio.";

/** A setting of an earlier visit, when it is still one of the possible values. */
export function remembered<T extends string>(name: string, possible: readonly T[], otherwise: T): T {
  const value = recall(name);
  return possible.find((candidate) => candidate === value) ?? otherwise;
}

/** What was kept on an earlier visit; null when nothing was. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keeps a setting for the next visit; returns false where the browser does not allow that. */
export function remember(name: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
