const NAME = "segmentation-studio.last";

/** Remembers which picture this tab has open, by its hash; another tab may have another one. */
export function rememberPicture(hash: string): void {
  try {
    sessionStorage.setItem(NAME, hash);
  } catch {
    // Forbidden: a reload then shows the list.
  }
}

/** The picture that this tab had open when it was left. */
export function lastPicture(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}
