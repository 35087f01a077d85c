/** Hashes files by SHA-256, away from the page's own thread. */
self.onmessage = async ({ data }: MessageEvent<{ readonly number: number; readonly file: Blob }>) => {
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await data.file.arrayBuffer()));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    self.postMessage({ number: data.number, id: `sha256:${hex}` });
  } catch (error) {
    self.postMessage({ number: data.number, trouble: error instanceof Error ? error.message : String(error) });
  }
};
