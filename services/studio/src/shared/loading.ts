/**
 * Loads a part of the page, and again after a failure: browsers remember files that failed to load by their addresses,
 * so the next try has another one.
 */
export function retrying<T>(load: () => Promise<T>): () => Promise<T> {
  let address: string | undefined;
  let tries = 0;
  return async () => {
    try {
      return address === undefined
        ? await load() : await (import(/* @vite-ignore */ `${address}?again=${++tries}`) as Promise<T>);
    } catch (error) {
      // Messages of Chromium and Firefox hold the file's address.
      address ??= /https?:[^\s'"?]+/.exec(error instanceof Error ? error.message : "")?.[0];
      throw error;
    }
  };
}

/** The page's own program, named by a hash of its content. */
const PROGRAM = /<script type="module"[^>]* src="([^"]+)"/;

/**
 * Returns true if the server has another version of this page, so that the files of this one are gone.
 * @returns False as well while the server cannot be reached.
 */
export async function isOtherVersion(): Promise<boolean> {
  try {
    const response = await fetch("/", { cache: "no-store" });
    const theirs = response.ok ? PROGRAM.exec(await response.text())?.[1] : undefined;
    return theirs !== undefined && !document.querySelector(`script[src="${CSS.escape(theirs)}"]`);
  } catch {
    return false;
  }
}
