import { computed, effect, signal, untracked } from "@preact/signals";
import { Code, type LiveState, type SegmentationClient, SegmentationError } from "segmentation-client";
import {
  type Annotation as AnnotationMessage, type Picture as PictureMessage, type Project, type ProjectsClient, Role,
} from "segmentation-client/projects";
import type { Access } from "../access/Access";
import { newRecord } from "../annotation/records";
import { AnnotationEditor } from "../app/AnnotationEditor";
import type { StageModel } from "../canvas/StageModel";
import type { StageTool } from "../canvas/Tool";
import type { Viewport } from "../canvas/Viewport";
import { Models } from "../models/Models";
import { type Picture, readPicture } from "../picture/Picture";
import { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import { windowHolder } from "../shared/holder";
import { Notices } from "../shared/Notices";
import { inWords } from "../texts/errors";
import { deskTexts } from "../texts/desk/texts";
import { ActiveClock } from "./ActiveClock";
import { DeskDocument } from "./DeskDocument";
import { DeskDrawing } from "./DeskDrawing";
import { DeskEncoding } from "./DeskEncoding";
import { DeskLabels } from "./DeskLabels";
import { DeskLease } from "./DeskLease";
import { DeskSelection } from "./DeskSelection";
import { DeskStageEditor } from "./DeskStageEditor";
import { DeskWatch } from "./DeskWatch";
import { DeskWriter } from "./DeskWriter";
import { embeddingsKept } from "./embeddings";
import { isOfLostWindow } from "./holder";
import type { Journal } from "./journal/Journal";
import type { Place } from "./journal/JournalEntry";
import { type LoadedPicture, PictureLoader } from "./PictureLoader";

/** Steps of opening a picture. */
export type DeskState = "loading" | "ready" | "failed";

const KEEPING_MS = 2_000;
const AHEAD_MS = 3_000;

/** State of the desk: the open picture of a project, what is drawn on it, and who draws. */
export class Desk implements StageModel {
  readonly picture = signal<Picture | null>(null);
  /** The picture as the project has it. */
  readonly entry = signal<PictureMessage | null>(null);
  readonly project = signal<Project | null>(null);
  readonly state = signal<DeskState>("loading");
  /** Reason for which the picture could not be opened. */
  readonly failure = signal("");
  readonly place = signal<Place | null>(null);
  readonly tool = signal<StageTool>("add");
  readonly notices = new Notices();
  readonly labels = new DeskLabels();
  readonly clock = new ActiveClock();
  readonly models: Models;
  readonly router: SegmenterRouter;
  readonly annotator: AnnotationEditor;
  readonly selection: DeskSelection;
  readonly editor: DeskStageEditor;
  readonly document: DeskDocument;
  readonly drawing: DeskDrawing;
  readonly lease: DeskLease;
  readonly watch: DeskWatch;
  readonly loader: PictureLoader;
  readonly writer: DeskWriter;
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
  private loaded: LoadedPicture | null = null;
  private leaving = new AbortController();
  private stopFollowing: () => void = () => undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(client: SegmentationClient, readonly server: ProjectsClient, access: Access, readonly journal: Journal) {
    const keeping = embeddingsKept(client, journal.store);
    this.models = new Models(keeping);
    this.encoding = new DeskEncoding(keeping, this.models);
    this.router = new SegmenterRouter(
      keeping, () => this.encoding.restore(this.picture.peek(), this.left), (words) => this.notices.add(words),
      () => access.may("models") && access.may("read"), (id) => this.models.find(id));
    this.annotator = new AnnotationEditor(
      this.router, this.picture, this.labels, this.notices, () => newRecord(this.annotator.annotation.peek().objects));
    this.selection = new DeskSelection(this.annotator);
    this.editor = new DeskStageEditor(this.annotator, this.clock, () => this.mayDraw());
    this.document = new DeskDocument({
      peek: () => this.annotator.annotation.peek(), amend: (change) => this.annotator.amend(change),
    });
    this.drawing = new DeskDrawing({
      picture: this.picture, tool: this.tool, editor: this.annotator, labels: this.labels,
      mayDraw: () => this.mayDraw(), selectAt: (at) => this.selection.selectAt(at),
    });
    this.loader = new PictureLoader(server, journal.store);
    this.lease = new DeskLease(
      server.pictures, windowHolder(),
      async ({ holder }) => isOfLostWindow(holder, await journal.holders()),
      () => this.journal.sender.wake());
    this.watch = new DeskWatch(server.annotations, () => this.document.sequence, ({ operations, lease }) => {
      this.document.follow(operations);
      if (lease) {
        this.lease.follow(lease);
      }
      this.keepSoon();
    });
    this.writer = new DeskWriter({
      journal, document: this.document, clock: this.clock, holder: this.lease.holder,
      place: () => (this.loaded ? this.place.peek() : null),
      modelDigest: () => this.models.find(this.picture.peek()?.model ?? "")?.digest ?? "",
    });
  }

  /** Aborts when the open picture is left. */
  get left(): AbortSignal {
    return this.leaving.signal;
  }

  /** Opens a picture; the one before is left. Resolves when the picture is shown and its lease is taken. */
  async open(place: Place): Promise<void> {
    const before = this.leave();
    // Set at once: another call, while the journal is still being written, gives this one up.
    const { signal: left } = this.leaving = new AbortController();
    await before;
    if (left.aborted) {
      return;
    }
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
    this.clock.restart();
    this.stopFollowing = this.follow(place);
    this.state.value = "ready";
    if (loaded.isFromCache) {
      this.notices.add(deskTexts.peek().fromCache);
    }
    void this.watch.run(place);
    void this.encode(picture, loaded, left);
    void this.keep();
    await this.lease.begin(place);
  }

  /** Leaves the open picture: everything that was drawn is in the journal, and others may draw. */
  async leave(): Promise<void> {
    this.writer.write(true);
    this.leaving.abort();
    clearTimeout(this.keeping);
    this.watch.end();
    this.stopFollowing();
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
    this.selection.clear();
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
    this.notices.add(other ? deskTexts.peek().heldBy(other.subject) : deskTexts.peek().mayOnlyLook);
    return false;
  }

  /** Tells of a failure of a call. */
  trouble(error: unknown): void {
    if (!(error instanceof SegmentationError) || error.code !== Code.Canceled) {
      this.notices.add(inWords(error));
    }
  }

  /** Follows the editor, the journal and the connection; returns a function that ends this. */
  private follow(place: Place): () => void {
    let active: number | null = null;
    const ends = [
      effect(() => {
        const { activeId } = this.annotator.annotation.value;
        untracked(() => this.writer.write(false));
        if (active !== null && activeId !== active) {
          this.clock.maskDone();
        }
        active = activeId;
      }),
      effect(() => {
        const { state } = this.router.connection.value;
        untracked(() => this.connected(state));
      }),
      this.journal.listen(place, (outcomes) => {
        this.document.settle(outcomes);
        this.keepSoon();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  private connected(state: LiveState): void {
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
