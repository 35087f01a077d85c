import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Backoff, SegmentationError } from "segmentation-client";
import {
  type Annotation, create, type Label, ListAnnotationsResponseSchema, ListLabelsResponseSchema, type Picture,
  PictureSchema, type Project, type ProjectsClient, ProjectSchema,
} from "segmentation-client/projects";
import { pause } from "../shared/pause";
import { nameOfPlace, type Place } from "./journal/JournalEntry";
import type { JournalStore } from "./journal/JournalStore";

/** A picture of a project with everything that the desk shows of it. */
export interface LoadedPicture {
  readonly picture: Picture;
  readonly project: Project;
  readonly labels: readonly Label[];
  readonly annotations: readonly Annotation[];
  readonly file: Blob;
  /** Number of the last operation that `annotations` has. */
  readonly sequence: bigint;
  /** True if the server was not reached, and all is as it was at the last visit. */
  readonly isFromCache: boolean;
}

/** The form in the browser's database. */
interface Stored {
  readonly picture: Uint8Array;
  readonly project: Uint8Array;
  readonly labels: Uint8Array;
  readonly annotations: Uint8Array;
  readonly file: Blob;
}

const PAGE = 1000;

/** Loads pictures: from the server, or from the cache while the server cannot be reached. */
export class PictureLoader {
  constructor(private readonly server: ProjectsClient, private readonly store: JournalStore) {}

  /** Loads a picture. Rejects with the server's error, or when it is neither on the server nor in the cache. */
  async load(place: Place, signal: AbortSignal): Promise<LoadedPicture> {
    const cached = await this.cached(place);
    try {
      return await this.fetch(place, cached, signal);
    } catch (error) {
      if (cached && error instanceof SegmentationError && error.isTransient) {
        return cached;
      }
      throw error;
    }
  }

  /**
   * Loads a picture; repeats while it is not in the cache and the server is away.
   * @param onFailure Is called with every failure.
   * @returns null when the picture cannot be loaded, or is left.
   */
  async insist(place: Place, left: AbortSignal, onFailure: (error: unknown) => void): Promise<LoadedPicture | null> {
    const backoff = new Backoff();
    while (!left.aborted) {
      try {
        return await this.load(place, left);
      } catch (error) {
        if (left.aborted) {
          return null;
        }
        onFailure(error);
        if (!(error instanceof SegmentationError) || !error.isTransient) {
          return null;
        }
        await pause(error.retryAfterMs ?? backoff.next(), left);
      }
    }
    return null;
  }

  /** Loads a picture into the cache, which will probably be the next. */
  async prefetch(place: Place, signal: AbortSignal): Promise<void> {
    const loaded = await this.fetch(place, await this.cached(place), signal).catch(() => null);
    if (loaded) {
      await this.keep(place, loaded);
    }
  }

  /** Puts a picture into the cache. */
  async keep(place: Place, loaded: Omit<LoadedPicture, "isFromCache">): Promise<void> {
    const stored: Stored = {
      picture: toBinary(PictureSchema, loaded.picture),
      project: toBinary(ProjectSchema, loaded.project),
      labels: toBinary(ListLabelsResponseSchema, create(ListLabelsResponseSchema, { labels: [...loaded.labels] })),
      annotations: toBinary(ListAnnotationsResponseSchema, create(ListAnnotationsResponseSchema, {
        annotations: [...loaded.annotations], revision: loaded.sequence,
      })),
      file: loaded.file,
    };
    await this.store.cache(nameOfPlace(place), stored, stored.file.size + stored.annotations.length);
  }

  private async cached(place: Place): Promise<LoadedPicture | null> {
    const stored = await this.store.cached(nameOfPlace(place)) as Stored | undefined;
    if (!stored) {
      return null;
    }
    const { annotations, revision } = fromBinary(ListAnnotationsResponseSchema, stored.annotations);
    return {
      picture: fromBinary(PictureSchema, stored.picture),
      project: fromBinary(ProjectSchema, stored.project),
      labels: fromBinary(ListLabelsResponseSchema, stored.labels).labels,
      annotations, sequence: revision, file: stored.file, isFromCache: true,
    };
  }

  private async fetch(place: Place, cached: LoadedPicture | null, signal: AbortSignal): Promise<LoadedPicture> {
    const { project: id } = place;
    const [picture, project, { labels }, { annotations, sequence }] = await Promise.all([
      this.server.pictures.getPicture({ project: id, picture: place.picture }, { signal }),
      this.server.projects.getProject({ project: id }, { signal }),
      this.server.projects.listLabels({ project: id, showDeleted: true }, { signal }),
      this.annotations(place, signal),
    ]);
    const file = cached?.picture.imageId === picture.imageId ? cached.file
      : await this.server.file(id, place.picture, signal);
    return { picture, project, labels, annotations, file, sequence, isFromCache: false };
  }

  private async annotations(
    place: Place, signal: AbortSignal,
  ): Promise<{ annotations: Annotation[]; sequence: bigint }> {
    const annotations: Annotation[] = [];
    // The first page's revision: what happens while the others are read comes by the watch once more.
    let sequence: bigint | undefined;
    let pageToken = "";
    do {
      const page = await this.server.annotations.listAnnotations({ ...place, pageSize: PAGE, pageToken }, { signal });
      annotations.push(...page.annotations);
      sequence ??= page.revision;
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return { annotations, sequence };
  }
}
