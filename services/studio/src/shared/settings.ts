const PREFIX = "segmentation-studio.";

/** A setting of an earlier visit, when it is still one of the possible values. */
export function remembered<T extends string>(name: string, possible: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(PREFIX + name);
    return possible.find((candidate) => candidate === value) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a setting for the next visit; where the browser does not allow that, it lasts as long as the page. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is full or forbidden: nothing is lost that the user made.
  }
}
