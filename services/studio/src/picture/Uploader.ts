import { Backoff, type Image, type SegmentationClient, SegmentationError } from "segmentation-client";
import { inWords } from "../texts/errors";

/** Progress of an upload. */
export interface UploadProgress {
  /** 0 to 1; 1 while the server encodes. */
  readonly sent: number;
  /** Reason for which the upload is tried again. */
  readonly trouble?: string;
}

/** Uploads pictures; retries while the server cannot be reached, and uploads a picture only once at a time. */
export class Uploader {
  private readonly running = new Map<Blob, Promise<Image>>();

  constructor(private readonly client: SegmentationClient) {}

  /** Uploads a picture. Rejects when the server refuses it or the signal aborts, not while it cannot be reached. */
  upload(file: Blob, signal: AbortSignal, onProgress: (progress: UploadProgress) => void): Promise<Image> {
    const running = this.running.get(file);
    if (running) {
      return running;
    }
    const upload = this.insist(file, signal, onProgress).finally(() => this.running.delete(file));
    this.running.set(file, upload);
    return upload;
  }

  private async insist(
    file: Blob,
    signal: AbortSignal,
    onProgress: (progress: UploadProgress) => void,
  ): Promise<Image> {
    const backoff = new Backoff();
    for (;;) {
      try {
        return await this.client.upload(file, {
          signal,
          onProgress: (sent, total) => onProgress({ sent: total ? sent / total : 1 }),
        });
      } catch (error) {
        if (!(error instanceof SegmentationError) || !error.isTransient) {
          throw error;
        }
        onProgress({ sent: 0, trouble: inWords(error) });
        await waited(error.retryAfterMs ?? backoff.next(), signal);
      }
    }
  }
}

function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
