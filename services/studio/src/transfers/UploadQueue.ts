import { computed, signal } from "@preact/signals";
import { Backoff, SegmentationError } from "segmentation-client";
import type { ProjectsClient } from "segmentation-client/projects";
import { pause } from "../shared/pause";
import { nextTask } from "../shared/nextTask";
import { inWords } from "../texts/errors";
import { type IncomingFile, isPicture } from "./incomingFiles";
import type { PendingFile, PendingUploads } from "./PendingUploads";
import { sumsOf, type Upload } from "./Upload";

/** Files that are sent at once. */
const AT_ONCE = 3;

const NAMES = new Intl.Collator("en", { numeric: true });

interface Entry {
  upload: Upload;
  source: IncomingFile | undefined;
}

/** What a queue works with. */
export interface UploadParts {
  readonly client: Pick<ProjectsClient, "uploadPicture"> & {
    readonly pictures: Pick<ProjectsClient["pictures"], "listPictures">;
  };
  readonly pending: Pick<PendingUploads, "add" | "delete" | "of">;
  readonly hash: (file: Blob) => Promise<string>;
}

/**
 * Sends pictures in the background, three at once. A file that was sent before, or that the project has by name with
 * the same content, is not sent. What a reload interrupts goes on where the browser keeps handles of files.
 */
export class UploadQueue {
  /** Files in the order in which they were brought. */
  readonly uploads = signal<readonly Upload[]>([]);
  /** Files that were no pictures and were passed over. */
  readonly passedOver = signal(0);
  /** Number of pictures that have come. */
  readonly arrived = signal(0);
  readonly isPaused = signal(false);
  readonly sums = computed(() => sumsOf(this.uploads.value));
  private readonly entries = new Map<string, Entry>();
  private readonly sentIds = new Set<string>();
  private ending = new AbortController();
  private running = 0;
  private publishing = false;

  constructor(private readonly parts: UploadParts) {}

  /** Takes files; those that are no pictures are counted and passed over. */
  async add(project: string, files: readonly IncomingFile[]): Promise<void> {
    // Browsers list folders in the order of their disks.
    const pictures = files.filter(isPicture).toSorted((a, b) => NAMES.compare(a.name, b.name));
    this.passedOver.value += files.length - pictures.length;
    for (const source of pictures) {
      const { name, file } = source;
      const before = this.entries.get(keyOf(project, name))?.upload.state;
      if (before !== "waiting" && before !== "checking" && before !== "sending") {
        this.entries.set(keyOf(project, name), {
          source,
          upload: { project, name, sizeBytes: file.size, state: "waiting", sent: 0 },
        });
      }
    }
    this.publish();
    await this.parts.pending.add(project, pictures);
    this.fill();
  }

  /** Lists what an earlier page did not send as missing. */
  async resume(project: string): Promise<void> {
    for (const { name, sizeBytes } of await this.parts.pending.of(project)) {
      if (!this.entries.has(keyOf(project, name))) {
        this.entries.set(keyOf(project, name), {
          source: undefined,
          upload: { project, name, sizeBytes, state: "missing", sent: 0 },
        });
      }
    }
    this.publish();
  }

  /** Reads missing files by their handles, which browsers allow after a click, and sends them. */
  async reopen(project: string): Promise<void> {
    const files: IncomingFile[] = [];
    for (const pending of await this.parts.pending.of(project)) {
      const isMissing = this.entries.get(keyOf(project, pending.name))?.upload.state === "missing";
      const file = isMissing ? await readable(pending) : undefined;
      if (file) {
        files.push({ name: pending.name, file, handle: pending.handle });
      }
    }
    await this.add(project, files);
  }

  /** Sends failed files again. */
  retry(): void {
    for (const entry of this.entries.values()) {
      if (entry.upload.state === "failed" && entry.source) {
        this.set(entry, { state: "waiting", sent: 0, reason: undefined });
      }
    }
    this.fill();
  }

  /** Begins no further file, or goes on. */
  pause(isPaused: boolean): void {
    this.isPaused.value = isPaused;
    this.fill();
  }

  /** Gives up all that is not sent, and forgets the list. */
  async clear(): Promise<void> {
    this.ending.abort();
    this.ending = new AbortController();
    const uploads = Array.from(this.entries.values(), ({ upload }) => upload);
    this.entries.clear();
    this.passedOver.value = 0;
    this.publish();
    for (const project of new Set(uploads.map((upload) => upload.project))) {
      await this.parts.pending.delete(
        project,
        uploads.filter((upload) => upload.project === project).map(({ name }) => name),
      );
    }
  }

  private fill(): void {
    for (const entry of this.entries.values()) {
      if (this.running >= AT_ONCE || this.isPaused.peek()) {
        return;
      }
      if (entry.upload.state === "waiting") {
        this.running++;
        this.set(entry, { state: "checking" });
        void this.send(entry, this.ending.signal).finally(() => {
          this.running--;
          this.fill();
        });
      }
    }
  }

  private async send(entry: Entry, ending: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    while (!ending.aborted) {
      try {
        await this.trySending(entry, ending);
        return;
      } catch (error) {
        if (ending.aborted) {
          return;
        }
        if (!(error instanceof SegmentationError) || !error.isTransient) {
          await this.end(entry, { state: "failed", sent: 0, reason: inWords(error) });
          return;
        }
        this.set(entry, { sent: 0, reason: inWords(error) });
        await pause(error.retryAfterMs ?? backoff.next(), ending);
      }
    }
  }

  private async trySending(entry: Entry, signal: AbortSignal): Promise<void> {
    const { project, name } = entry.upload;
    const { file } = entry.source!;
    const id = await this.idOf(file);
    if (id !== undefined && (await this.isKnown(project, name, id, signal))) {
      await this.end(entry, { state: "known", sent: file.size, reason: undefined });
      return;
    }
    this.set(entry, { state: "sending", sent: 0 });
    const picture = await this.parts.client.uploadPicture(project, name, file, {
      signal,
      onProgress: (sent) => this.set(entry, { sent, reason: undefined }),
    });
    this.sentIds.add(keyOf(project, picture.imageId));
    this.arrived.value++;
    // The same content under another name: the server answers with the picture that it has.
    await this.end(entry, { state: picture.name === name ? "done" : "known", sent: file.size, reason: undefined });
  }

  /** The file's id; undefined where browsers hash nothing, as on pages without TLS: the server finds it out. */
  private idOf(file: File): Promise<string | undefined> {
    return globalThis.isSecureContext === false ? Promise.resolve(undefined) : this.parts.hash(file);
  }

  /** True if the project has the file. A server that does not say gets the file, and finds it out. */
  private async isKnown(project: string, name: string, id: string, signal: AbortSignal): Promise<boolean> {
    if (this.sentIds.has(keyOf(project, id))) {
      return true;
    }
    try {
      const { pictures } = await this.parts.client.pictures.listPictures(
        { project, filter: { name }, pageSize: 10 },
        { signal },
      );
      if (pictures.some(({ imageId }) => imageId === id)) {
        this.sentIds.add(keyOf(project, id));
        return true;
      }
    } catch (error) {
      if (!(error instanceof SegmentationError) || error.isTransient) {
        throw error;
      }
    }
    return false;
  }

  private async end(entry: Entry, change: Partial<Upload>): Promise<void> {
    this.set(entry, change);
    await this.parts.pending.delete(entry.upload.project, [entry.upload.name]);
  }

  private set(entry: Entry, change: Partial<Upload>): void {
    entry.upload = { ...entry.upload, ...change };
    this.publish();
  }

  /** Tells the page once a task: ten thousand files change often. */
  private publish(): void {
    if (!this.publishing) {
      this.publishing = true;
      void nextTask().then(() => {
        this.publishing = false;
        this.uploads.value = Array.from(this.entries.values(), ({ upload }) => upload);
      });
    }
  }
}

type Asking = FileSystemFileHandle & { requestPermission?: (options: object) => Promise<PermissionState> };

/** The file of a handle; undefined where there is none, or the person does not allow it. */
async function readable({ handle }: PendingFile): Promise<File | undefined> {
  try {
    const permission = await (handle as Asking | undefined)?.requestPermission?.({ mode: "read" });
    return permission === "denied" ? undefined : await handle?.getFile();
  } catch {
    return undefined;
  }
}

function keyOf(project: string, name: string): string {
  return `${project} ${name}`;
}
