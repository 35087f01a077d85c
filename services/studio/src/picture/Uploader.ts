import { Backoff, type Image, type SegmentationClient, SegmentationError } from "segmentation-client";
import { pause } from "../shared/pause";
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
  private readonly running = new Map<Blob, { readonly model: string; readonly upload: Promise<Image> }>();

  constructor(private readonly client: SegmentationClient) {}

  /**
   * Uploads a picture. Rejects when the server refuses it or the signal aborts, not while it cannot be reached.
   * @param model Id of the model, or a roll-out's name; empty for the default.
   */
  upload(
    file: Blob, model: string, signal: AbortSignal, onProgress: (progress: UploadProgress) => void,
  ): Promise<Image> {
    const running = this.running.get(file);
    if (running?.model === model) {
      return running.upload;
    }
    const started = { model, upload: this.insist(file, model, signal, onProgress) };
    this.running.set(file, started);
    const end = () => this.running.get(file) === started && this.running.delete(file);
    started.upload.then(end, end);
    return started.upload;
  }

  private async insist(
    file: Blob,
    model: string,
    signal: AbortSignal,
    onProgress: (progress: UploadProgress) => void,
  ): Promise<Image> {
    const backoff = new Backoff();
    for (;;) {
      try {
        return await this.client.upload(file, {
          signal,
          model,
          onProgress: (sent, total) => onProgress({ sent: total ? sent / total : 1 }),
        });
      } catch (error) {
        if (!(error instanceof SegmentationError) || !error.isTransient) {
          throw error;
        }
        onProgress({ sent: 0, trouble: inWords(error) });
        await pause(error.retryAfterMs ?? backoff.next(), signal);
        signal.throwIfAborted();
      }
    }
  }
}
