import { computed, effect, signal } from "@preact/signals";
import { Code, type SegmentationClient, SegmentationError } from "segmentation-client";
import {
  type Annotation as AnnotationMessage, type Picture as PictureMessage, type Project, type ProjectsClient, Role,
} from "segmentation-client/projects";
import type { Access } from "../access/Access";
import { newRecord } from "../annotation/records";
import { maskOf } from "../annotation/types";
import { AnnotationEditor } from "../app/AnnotationEditor";
import type { StageModel } from "../canvas/StageModel";
import type { StageTool } from "../canvas/Tool";
import type { Viewport } from "../canvas/Viewport";
import type { Place as Spot } from "../drawing/stroke";
import { Models } from "../models/Models";
import { type Picture, readPicture } from "../picture/Picture";
import { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import { windowHolder } from "../shared/holder";
import { Notices } from "../shared/Notices";
import { inWords } from "../texts/errors";
import { texts } from "../texts/texts";
import { ActiveClock } from "./ActiveClock";
import { DeskDocument } from "./DeskDocument";
import { DeskDrawing } from "./DeskDrawing";
import { DeskEncoding } from "./DeskEncoding";
import { DeskLabels } from "./DeskLabels";
import { DeskLease } from "./DeskLease";
import { DeskStageEditor } from "./DeskStageEditor";
import { DeskWatch } from "./DeskWatch";
import { embeddingsKept } from "./embeddings";
import { objectAt } from "./hits";
import { isOfLostWindow } from "./holder";
import type { Journal } from "./journal/Journal";
import type { Place } from "./journal/JournalEntry";
import { type LoadedPicture, PictureLoader } from "./PictureLoader";

/** Steps of opening a picture. */
export type DeskState = "loading" | "ready" | "failed";

/** Time that the rest of an answer may take before the best mask alone is written down. */
const REST_MS = 250;
const KEEPING_MS = 2_000;
const AHEAD_MS = 3_000;

/** State of the desk: the open picture of a project, what is drawn on it, and who draws. */
export class Desk implements StageModel {
  readonly picture = signal<Picture | null>(null);
  /** The picture as the project has it. */
  readonly entry = signal<PictureMessage | null>(null);
  readonly project = signal<Project | null>(null);
  readonly state = signal<DeskState>("loading");
  /** Why the picture could not be opened. */
  readonly failure = signal("");
  readonly place = signal<Place | null>(null);
  readonly tool = signal<StageTool>("add");
  /** Numbers of objects that were chosen beside the active one. */
  readonly selected = signal<ReadonlySet<number>>(new Set());
  readonly notices = new Notices();
  readonly labels = new DeskLabels();
  readonly clock = new ActiveClock();
  readonly models: Models;
  readonly router: SegmenterRouter;
  readonly annotator: AnnotationEditor;
  readonly editor: DeskStageEditor;
  readonly document: DeskDocument;
  readonly drawing: DeskDrawing;
  readonly lease: DeskLease;
  readonly watch: DeskWatch;
  readonly loader: PictureLoader;
  readonly everything = {
    found: signal([]), pointed: signal(null), showing: signal(false), point: () => undefined,
    keepPointed: () => undefined,
  };
  readonly comparison = { shown: signal(null) };
  readonly session = { resuming: { view: signal<Viewport | null>(null), keptView: signal<Viewport | null>(null) } };
  /** True if the person may look, and not draw. */
  readonly isReadOnly = computed(() =>
    !this.lease.isMine.value || (this.project.value?.role ?? Role.ANNOTATOR) < Role.ANNOTATOR);
  readonly encoding: DeskEncoding;
  /** True while the server does not answer. */
  readonly isAway = signal(false);
  /** Windows of this browser whose work the journal had: settings may miss one that was killed at once. */
  private readonly ownHolders = new Set<string>();
  private loaded: LoadedPicture | null = null;
  private leaving = new AbortController();
  private stopListening: () => void = () => undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(client: SegmentationClient, readonly server: ProjectsClient, access: Access, readonly journal: Journal) {
    const keeping = embeddingsKept(client, journal.store);
    this.models = new Models(keeping);
    this.encoding = new DeskEncoding(keeping, this.models);
    this.router = new SegmenterRouter(
      keeping, () => this.encoding.restore(this.picture.peek(), this.leaving.signal), (words) => this.notices.add(words),
      () => access.may("models") && access.may("read"), (id) => this.models.find(id));
    this.annotator = new AnnotationEditor(
      this.router, this.picture, this.labels, this.notices, () => newRecord(this.annotator.annotation.peek().objects));
    this.editor = new DeskStageEditor(this.annotator, this.clock, () => this.mayDraw());
    this.document = new DeskDocument({
      peek: () => this.annotator.annotation.peek(), amend: (change) => this.annotator.amend(change),
    });
    this.drawing = new DeskDrawing({
      picture: this.picture, tool: this.tool, editor: this.annotator, labels: this.labels,
      mayDraw: () => this.mayDraw(), selectAt: (at) => this.selectAt(at),
    });
    this.loader = new PictureLoader(server, journal.store);
    this.lease = new DeskLease(
      server.pictures, windowHolder(), ({ holder }) => isOfLostWindow(holder, this.ownHolders),
      () => this.journal.sender.wake());
    this.watch = new DeskWatch(server.annotations, () => this.document.sequence, ({ operations, lease }) => {
      this.document.follow(operations);
      if (lease) {
        this.lease.follow(lease);
      }
      this.keepSoon();
    });
    effect(() => this.journal.entries.value.forEach(({ holder }) => this.ownHolders.add(holder)));
    effect(() => {
      void this.annotator.annotation.value;
      this.write(false);
    });
    effect(() => {
      const { state } = this.router.connection.value;
      // While it tries to connect, the server is as it was before.
      if (state === "waiting" || state === "open") {
        this.isAway.value = state === "waiting";
        this.router.goOnWithout(state === "waiting");
      }
      if (state === "open") {
        // The server is there again: nothing waits for a timer.
        this.journal.sender.wake();
        this.watch.wake();
      }
    });
  }

  /** Opens a picture; the one before is left. */
  async open(place: Place): Promise<void> {
    await this.leave();
    const { signal: left } = this.leaving = new AbortController();
    this.place.value = place;
    this.state.value = "loading";
    const loaded = await this.loader.insist(place, left, (error) => this.fail(inWords(error)));
    if (!loaded || left.aborted) {
      return;
    }
    const picture = await readPicture(loaded.file, loaded.picture.name).catch((error: unknown) => {
      this.fail(inWords(error));
      return null;
    });
    if (!picture || left.aborted) {
      picture?.pyramid.close();
      return;
    }
    this.loaded = loaded;
    this.labels.load(loaded.labels);
    this.project.value = loaded.project;
    this.entry.value = loaded.picture;
    this.picture.value = picture;
    this.document.load(loaded.annotations, this.journal.of(place), loaded.sequence);
    this.stopListening = this.journal.listen(place, (outcomes) => {
      this.document.settle(outcomes);
      this.keepSoon();
    });
    this.clock.restart();
    this.state.value = "ready";
    if (loaded.isFromCache) {
      this.notices.add(texts.peek().desk.fromCache);
    }
    void this.watch.run(place);
    await Promise.all([this.lease.begin(place), this.encode(picture, loaded, left), this.keep()]);
  }

  /** Leaves the open picture: everything that was drawn is in the journal, and others may draw. */
  async leave(): Promise<void> {
    this.write(true);
    clearTimeout(this.rest);
    this.leaving.abort();
    clearTimeout(this.keeping);
    this.watch.end();
    this.stopListening();
    this.drawing.leave();
    if (this.loaded) {
      void this.keep();
    }
    const place = this.place.peek();
    this.lease.end(place ? this.journal.sent(place) : Promise.resolve(false));
    this.loaded = null;
    this.place.value = null;
    this.router.leave();
    this.annotator.leave();
    this.document.load([], [], 0n);
    this.selected.value = new Set();
    this.picture.peek()?.pyramid.close();
    this.picture.value = this.entry.value = null;
    await this.journal.written();
  }

  /** Says why nothing can be drawn now, and returns false; true where one can. */
  mayDraw(): boolean {
    if (!this.isReadOnly.peek()) {
      return true;
    }
    const other = this.lease.other.peek();
    this.notices.add(other ? texts.peek().desk.heldBy(other.subject) : texts.peek().desk.mayOnlyLook);
    return false;
  }

  /** Makes the object under a place the active one: the smallest of those that lie there. */
  selectAt(at: Spot, adds = false): void {
    const found = objectAt(this.annotator.annotation.peek().objects, at);
    if (adds && found) {
      this.toggle(found.id);
    } else {
      this.selected.value = new Set();
      if (found) {
        this.annotator.select(found.id);
      } else {
        this.annotator.finishObject();
      }
    }
  }

  /** Chooses an object beside the active one, or no longer. */
  toggle(id: number): void {
    const selected = new Set(this.selected.peek());
    if (!selected.delete(id)) {
      selected.add(id);
    }
    this.selected.value = selected;
  }

  /** Tells of a failure of a call. */
  trouble(error: unknown): void {
    if (!(error instanceof SegmentationError) || error.code !== Code.Canceled) {
      this.notices.add(inWords(error));
    }
  }

  /** Writes what has changed since the last call to the journal. */
  private write(isLast: boolean): void {
    const place = this.place.peek();
    const owner = this.journal.whose;
    if (!place || !this.loaded || owner === null) {
      return;
    }
    let isWaiting = false;
    const changes = this.document.collect(
      () => ({
        ...this.clock.takeOperation(), modelDigest: this.models.find(this.picture.peek()?.model ?? "")?.digest ?? "",
      }),
      (object) => {
        // The best mask of an answer comes first, without its stability.
        const isUnfinished = !isLast && Number.isNaN(maskOf(object)?.stabilityScore);
        isWaiting ||= isUnfinished;
        return isUnfinished;
      });
    clearTimeout(this.rest);
    if (isWaiting) {
      this.rest = setTimeout(() => this.write(true), REST_MS);
    }
    if (changes.length > 0) {
      void this.journal.append(changes.map(({ annotation, operation, mine }) => ({
        owner, place, holder: this.lease.holder, annotation, operation, mine,
      })));
    }
  }

  private fail(words: string): void {
    this.failure.value = words;
    this.state.value = "failed";
  }

  /** Opens the picture for prompts, when the server has its embedding. */
  private async encode(picture: Picture, { picture: entry, project }: LoadedPicture, left: AbortSignal): Promise<void> {
    try {
      const encoded = await this.encoding.encode(picture, entry, project.settings?.model ?? "", left);
      if (!left.aborted) {
        this.picture.value = encoded;
        this.router.open({ id: encoded.id!, model: encoded.model, width: picture.width, height: picture.height });
        this.annotator.requestMasks();
        setTimeout(() => left.aborted || this.router.loadAhead(), AHEAD_MS);
      }
    } catch (error) {
      if (!left.aborted) {
        this.trouble(error);
      }
    }
  }

  private keepSoon(): void {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => void this.keep(), KEEPING_MS);
  }

  /** Keeps the picture for a time without a server. */
  private async keep(): Promise<void> {
    const place = this.place.peek();
    if (this.loaded && place) {
      const annotations: AnnotationMessage[] = [...this.document.server.peek().values()];
      await this.loader.keep(place, { ...this.loaded, annotations, sequence: this.document.sequence });
    }
  }
}
