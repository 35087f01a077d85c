import { signal } from "@preact/signals";
import { Backoff, SegmentationError } from "segmentation-client";
import type { ProjectsClient } from "segmentation-client/projects";
import { pause } from "../shared/pause";
import { recall, remember } from "../shared/settings";
import { inWords } from "../texts/errors";

/** Bytes that are sent with one request. */
const PART = 8 << 20;

type Uploads = Pick<ProjectsClient, "createUpload" | "append" | "arrivedBytes">;

/** Sends an archive in parts: on after a lost connection, and after a reload when the same file is chosen again. */
export class ArchiveUpload {
  /** Bytes that have arrived; undefined while nothing is sent. */
  readonly sent = signal<number | undefined>(undefined);
  /** Why it is tried again; undefined while all is well. */
  readonly trouble = signal<string | undefined>(undefined);
  private sending: AbortController | undefined;

  constructor(
    private readonly client: Uploads,
    private readonly project: string,
  ) {}

  /** Sends a file; resolves with the upload's id. Rejects when the server refuses it, or on `cancel`. */
  async send(file: File): Promise<string> {
    const { signal: ending } = (this.sending = new AbortController());
    const backoff = new Backoff();
    this.sent.value = 0;
    try {
      for (;;) {
        try {
          const upload = await this.find(file, ending);
          await this.sendParts(file, upload, ending, backoff);
          remember(this.keyOf(file), "");
          return upload;
        } catch (error) {
          ending.throwIfAborted();
          if (!(error instanceof SegmentationError) || !error.isTransient) {
            throw error;
          }
          this.trouble.value = inWords(error);
          await pause(error.retryAfterMs ?? backoff.next(), ending);
          ending.throwIfAborted();
        }
      }
    } finally {
      this.sent.value = undefined;
      this.trouble.value = undefined;
    }
  }

  /** Gives the sending up. */
  cancel(): void {
    this.sending?.abort();
  }

  private async sendParts(file: File, upload: string, ending: AbortSignal, backoff: Backoff): Promise<void> {
    let offset = await this.client.arrivedBytes(this.project, upload, ending);
    while (offset < file.size) {
      this.sent.value = offset;
      const start = offset;
      offset = await this.client.append(this.project, upload, offset, file.slice(offset, offset + PART), {
        signal: ending,
        onProgress: (sent) => (this.sent.value = start + sent),
      });
      this.trouble.value = undefined;
      backoff.reset();
    }
  }

  /** The upload that was begun with the same file, or a new one. */
  private async find(file: File, ending: AbortSignal): Promise<string> {
    const begun = recall(this.keyOf(file));
    if (begun) {
      try {
        await this.client.arrivedBytes(this.project, begun, ending);
        return begun;
      } catch (error) {
        if (!(error instanceof SegmentationError) || error.isTransient) {
          throw error;
        }
        // The server has forgotten it.
      }
    }
    const upload = await this.client.createUpload(this.project, file.name, file.size, ending);
    remember(this.keyOf(file), upload);
    return upload;
  }

  private keyOf({ name, size, lastModified }: File): string {
    return `upload ${this.project} ${name} ${size} ${lastModified}`;
  }
}
