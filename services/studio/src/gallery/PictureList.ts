import { signal } from "@preact/signals";
import type { ListPicturesResponse, Picture, PictureFilter, ProjectsClient } from "segmentation-client/projects";

/** Pictures of a page. */
export const PAGE = 100;

/** Most pictures that the server gives at once. */
const LARGEST_PAGE = 1000;

/** Most pages that are held: what was scrolled by long ago is read again. */
const MOST_PAGES = 60;

/** Wait before a page is read, so that what is only scrolled by is not asked for. */
const SETTLE_MS = 60;

/** What a gallery shows: which pictures, and in what order. */
export interface Listing {
  readonly project: string;
  readonly filter: PictureFilter;
  /** As `ListPicturesRequest.order_by`. */
  readonly orderBy: string;
}

/** Pictures of a filter, read page by page as they come into sight. */
export class PictureList {
  /** Pictures of the filter in all; null until it is known. */
  readonly total = signal<number | null>(null);
  /** Changes whenever pictures have come. */
  readonly version = signal(0);
  /** Why the last page could not be read; undefined after a success. */
  readonly error = signal<unknown>(undefined);
  private readonly pages = new Map<number, readonly Picture[]>();
  private readonly tokens = new Map<number, string>([[0, ""]]);
  private readonly reading = new Map<number, AbortController>();
  private shown: readonly [number, number] = [0, 1];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ranging: AbortController | undefined;

  constructor(
    private readonly client: ProjectsClient,
    readonly listing: Listing,
  ) {}

  /** The picture at a place; undefined while it is not read. */
  at(index: number): Picture | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Reads the pages of the places from `from` to before `to`, and gives up those that are out of sight. */
  show(from: number, to: number): void {
    this.shown = [from, to];
    const first = Math.floor(from / PAGE);
    const last = Math.max(first, Math.floor((to - 1) / PAGE));
    for (const [page, reading] of this.reading) {
      if (page < first || page > last) {
        reading.abort();
        this.reading.delete(page);
      }
    }
    clearTimeout(this.timer);
    const missing = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
      (page) => !this.pages.has(page) && !this.reading.has(page),
    );
    if (missing.length > 0) {
      const read = () => missing.forEach((page) => void this.read(page));
      if (this.total.peek() === null) {
        read();
      } else {
        this.timer = setTimeout(read, SETTLE_MS);
      }
    }
  }

  /** Ids of the pictures from one place to another, both included; reads those that are not here. */
  async idsBetween(first: number, last: number): Promise<bigint[]> {
    const [from, to] = first < last ? [first, last] : [last, first];
    const here = Array.from({ length: to - from + 1 }, (_, i) => this.at(from + i)?.id).filter(
      (id) => id !== undefined,
    );
    return here.length === to - from + 1 ? here : this.readIds(from, to - from + 1);
  }

  /** Puts changed pictures in the place of their earlier states. */
  replace(changed: readonly Picture[]): void {
    const byId = new Map(changed.map((picture) => [picture.id, picture]));
    for (const [page, pictures] of this.pages) {
      if (pictures.some(({ id }) => byId.has(id))) {
        this.pages.set(
          page,
          pictures.map((picture) => byId.get(picture.id) ?? picture),
        );
      }
    }
    this.version.value++;
  }

  /** Counts again and reads again what is in sight, which stays until then. */
  async reload(): Promise<void> {
    this.stop();
    const [from, to] = this.shown;
    const first = Math.floor(from / PAGE);
    const last = Math.max(first, Math.floor((to - 1) / PAGE));
    for (const page of [...this.pages.keys()].filter((page) => page < first || page > last)) {
      this.pages.delete(page);
    }
    this.tokens.clear();
    this.tokens.set(0, "");
    for (let page = first; page <= last; page++) {
      await this.read(page, page === first);
    }
  }

  /** Gives up all reading. */
  stop(): void {
    clearTimeout(this.timer);
    this.ranging?.abort();
    this.reading.forEach((reading) => reading.abort());
    this.reading.clear();
  }

  private async read(page: number, count = this.total.peek() === null): Promise<void> {
    const reading = new AbortController();
    this.reading.set(page, reading);
    try {
      const answer = await this.ask(page, count, reading.signal);
      if (this.reading.get(page) === reading) {
        this.keep(page, answer, count);
      }
    } catch (error) {
      if (this.reading.get(page) === reading) {
        this.error.value = error;
      }
    } finally {
      if (this.reading.get(page) === reading) {
        this.reading.delete(page);
      }
    }
  }

  /** Ids of so many pictures from a place on. What is read for its ids alone is not held. */
  private async readIds(from: number, count: number): Promise<bigint[]> {
    this.ranging?.abort();
    const { signal } = (this.ranging = new AbortController());
    const { project, filter, orderBy } = this.listing;
    const ids: bigint[] = [];
    let pageToken = "";
    do {
      const answer = await this.client.pictures.listPictures(
        {
          project,
          filter,
          orderBy,
          pageSize: Math.min(LARGEST_PAGE, count - ids.length),
          pageToken,
          skip: pageToken ? 0 : from,
        },
        { signal },
      );
      ids.push(...answer.pictures.map(({ id }) => id));
      pageToken = answer.nextPageToken;
    } while (pageToken && ids.length < count);
    return ids.slice(0, count);
  }

  private ask(page: number, count: boolean, signal: AbortSignal): Promise<ListPicturesResponse> {
    const { project, filter, orderBy } = this.listing;
    // A token is a place in the database's order; pictures to pass over have to be counted there.
    const pageToken = this.tokens.get(page);
    return this.client.pictures.listPictures(
      {
        project,
        filter,
        orderBy,
        count,
        pageSize: PAGE,
        pageToken: pageToken ?? "",
        skip: pageToken === undefined ? page * PAGE : 0,
      },
      { signal },
    );
  }

  private keep(page: number, answer: ListPicturesResponse, isCounted: boolean): void {
    this.pages.delete(page);
    this.pages.set(page, answer.pictures);
    if (answer.nextPageToken) {
      this.tokens.set(page + 1, answer.nextPageToken);
    }
    if (isCounted) {
      this.total.value = Number(answer.totalSize);
    }
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= MOST_PAGES) {
        break;
      }
      this.pages.delete(oldest);
    }
    this.error.value = undefined;
    this.version.value++;
  }
}
