import { hashOf } from "../shared/hash";

/** Hashes files by SHA-256, away from the page's own thread. */
self.onmessage = async ({ data }: MessageEvent<{ readonly number: number; readonly file: Blob }>) => {
  try {
    self.postMessage({ number: data.number, id: `sha256:${await hashOf(data.file)}` });
  } catch (error) {
    self.postMessage({ number: data.number, trouble: error instanceof Error ? error.message : String(error) });
  }
};
