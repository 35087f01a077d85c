import type { ProjectsClient } from "segmentation-client/projects";

/** Thumbnails that are read at once: as many as browsers send to one server by HTTP/1.1. */
const AT_ONCE = 6;

/** Thumbnails that are held: at most 256 pixels a side, so about 100 MB. */
const MOST = 400;

/**
 * Thumbnails of a project. Only those are read that are in sight; the reading of one that is scrolled by is given up.
 * Browsers decode what createImageBitmap gets on threads of their own.
 */
export class Thumbnails {
  private readonly held = new Map<bigint, ImageBitmap | null>();
  private readonly reading = new Map<bigint, AbortController>();
  private wanted: readonly bigint[] = [];
  private readonly waiting = new Map<bigint, Set<() => void>>();

  constructor(
    private readonly client: ProjectsClient,
    private readonly project: string,
  ) {}

  /** The thumbnail; null if it cannot be read, undefined if it is not here yet. */
  of(picture: bigint): ImageBitmap | null | undefined {
    return this.held.get(picture);
  }

  /** Calls back when a thumbnail has come; returns a function that ends it. */
  watch(picture: bigint, onCome: () => void): () => void {
    const watchers = this.waiting.get(picture) ?? new Set();
    watchers.add(onCome);
    this.waiting.set(picture, watchers);
    return () => {
      watchers.delete(onCome);
      if (watchers.size === 0) {
        this.waiting.delete(picture);
      }
    };
  }

  /** Says which pictures are in sight, in the order in which they are read. */
  want(pictures: readonly bigint[]): void {
    this.wanted = pictures;
    const inSight = new Set(pictures);
    for (const [picture, reading] of this.reading) {
      if (!inSight.has(picture)) {
        reading.abort();
        this.reading.delete(picture);
      }
    }
    this.fill();
  }

  /** Gives everything up. */
  close(): void {
    this.want([]);
    this.held.forEach((bitmap) => bitmap?.close());
    this.held.clear();
  }

  private fill(): void {
    for (const picture of this.wanted) {
      if (this.reading.size >= AT_ONCE) {
        return;
      }
      if (!this.held.has(picture) && !this.reading.has(picture)) {
        void this.read(picture);
      }
    }
  }

  private async read(picture: bigint): Promise<void> {
    const reading = new AbortController();
    this.reading.set(picture, reading);
    let bitmap: ImageBitmap | null = null;
    try {
      bitmap = await createImageBitmap(await this.client.thumbnail(this.project, picture, reading.signal));
    } catch {
      // A tile without its thumbnail: its words are there.
    }
    if (this.reading.get(picture) !== reading) {
      bitmap?.close();
      return;
    }
    this.reading.delete(picture);
    this.held.set(picture, bitmap);
    this.forget();
    this.waiting.get(picture)?.forEach((onCome) => onCome());
    this.fill();
  }

  private forget(): void {
    const inSight = new Set(this.wanted);
    for (const [picture, bitmap] of this.held) {
      if (this.held.size <= MOST) {
        return;
      }
      if (!inSight.has(picture)) {
        this.held.delete(picture);
        bitmap?.close();
      }
    }
  }
}
