/**
 * Loads a part of the page, and again after a failure: browsers remember files that failed to load by their addresses, so
 * the next try has another one.
 */
export function retrying<T>(load: () => Promise<T>): () => Promise<T> {
  let address: string | undefined;
  let tries = 0;
  return async () => {
    try {
      return address === undefined
        ? await load() : await (import(/* @vite-ignore */ `${address}?again=${++tries}`) as Promise<T>);
    } catch (error) {
      // Chromium and Firefox say what they could not load.
      address ??= /https?:[^\s'"?]+/.exec(error instanceof Error ? error.message : "")?.[0];
      throw error;
    }
  };
}

/** The page's own program, named by a hash of what is in it. */
const PROGRAM = /<script type="module"[^>]* src="([^"]+)"/;

/**
 * Whether the server has another version of this page by now: the files of this one are gone then.
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
