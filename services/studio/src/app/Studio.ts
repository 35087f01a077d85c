import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import {
  activeOf, addMasked, addPoint, type Annotation, answer, type Beginning, choose, chooseNext, deleteObject,
  describeObject, EMPTY, finishObject, scaler, selectObject, setBox,
} from "../annotation/Annotation";
import { advance, amend, begin, type History, redo, undo } from "../annotation/History";
import { beginningOf } from "../annotation/labels";
import { type AnnotatedObject, type BoxPrompt, type Candidate, maskOf, type PointPrompt } from "../annotation/types";
import type { FoundObject } from "../everything/EverythingRun";
import { without } from "../everything/suppress";
import type { Incoming } from "../picture/incoming";
import { Opening } from "../picture/Opening";
import type { Picture } from "../picture/Picture";
import { Decoding } from "../segmenting/routing/SegmenterRouter";
import { EarlyPrompt } from "../segmenting/routing/SpeculativePrompt";
import { turn } from "../shared/nextTask";
import { texts } from "../texts/texts";
import { Answering } from "./MaskRequests";
import { ClickTimer } from "./ClickTimer";
import { Labels } from "./Labels";
import { Notices } from "../shared/Notices";
import { Pointing } from "./Pointing";
import { Resuming } from "./Resuming";
import { Showing } from "./DeferredView";
import { offerOtherVersion } from "./version";

/** What the first mouse button does. */
export type Tool = "add" | "remove" | "pan";

/** All that the page shows and does: the picture, the objects on it, and how they come about. */
export class Studio {
  readonly opening: Opening;
  readonly picture: ReadonlySignal<Picture | null>;
  readonly resuming: Resuming;
  readonly tool = signal<Tool>("add");
  /** The object whose name is being written. */
  readonly renaming = signal<number | null>(null);
  /** The mask under the pointer, before any click. */
  readonly preview: ReadonlySignal<Candidate | null>;
  readonly clickTimer = new ClickTimer();
  readonly notices = new Notices();
  readonly decoding: Decoding;
  private readonly history = signal<History<Annotation>>(begin(EMPTY));
  readonly annotation = computed(() => this.history.value.present);
  readonly active = computed(() => activeOf(this.annotation.value));
  readonly shown = new Showing(this.annotation);
  /** Whether an object has no mask yet for what it was given. */
  readonly isWaiting = computed(() => this.annotation.value.objects.some(({ answered }) => !answered));
  readonly canUndo = computed(() => this.history.value.past.length > 0);
  readonly canRedo = computed(() => this.history.value.future.length > 0);
  readonly labels = new Labels();
  /** What the next object will be drawn like, and belong to. */
  readonly beginning = computed<Beginning>(() => beginningOf(this.labels.list.value, this.annotation.value.objects));
  private readonly early: EarlyPrompt;
  private readonly pointing: Pointing;
  private readonly answering: Answering;
  private readonly leavers: (() => void)[] = [];
  /** The notice that offers to undo the last step. */
  private undoable = 0;

  constructor(readonly client: SegmentationClient) {
    this.opening = new Opening(client, {
      onLeave: () => this.leave(),
      onShown: (picture) => this.resuming.bringBack(picture),
      onShrunk: (picture, scale) => this.shrunk(picture, scale),
      onUploaded: (picture) => this.begun(picture),
      say: (words) => this.notices.add(words),
    });
    this.picture = this.opening.picture;
    this.decoding = new Decoding(client, () => this.opening.restore(), (words) => this.trouble(words));
    this.early = new EarlyPrompt(this.decoding);
    this.pointing = new Pointing(
      this.annotation, this.decoding, this.early, () => this.picture.value?.id != null);
    this.preview = this.pointing.preview;
    this.answering = new Answering(this.early, {
      onMasks: (id, prompt, candidates, isCompletion) => {
        this.history.value = amend(this.history.value, (annotation) => answer(annotation, id, prompt, candidates));
        if (isCompletion) {
          this.show();
        }
      },
      onEnd: (id) => this.endWaiting(id),
      onTrouble: (words) => this.notices.add(words),
    });
    this.resuming = new Resuming(() => this.opening, this.history, (history) => this.step(history), this.notices);
  }

  /** Begins with a picture, once it is there, and with what was done on it before. Who was chosen last wins. */
  open(incoming: Incoming | Promise<Incoming>): Promise<void> {
    return this.opening.open(incoming);
  }

  /** Adds a point to the object that is worked on; a background point begins none. */
  addPoint(point: PointPrompt, at: number): void {
    if (!point.foreground && !this.active.value) {
      this.notices.add(texts.peek().stage.nothingYet);
    } else if (this.picture.value) {
      this.clickTimer.clicked(at);
      this.change(addPoint(this.annotation.value, point, this.beginning.value));
    }
  }

  /** Gives the object that is worked on a box. */
  setBox(box: BoxPrompt, at: number): void {
    if (this.picture.value) {
      this.clickTimer.clicked(at);
      this.change(setBox(this.annotation.value, box, this.beginning.value));
    }
  }

  /** Shows the mask that a click here would give, unless the pointer is elsewhere by then. */
  hover(point: { x: number; y: number }): Promise<void> {
    return this.pointing.hover(point);
  }

  /** The pointer has been pressed: what a click here asks is under way before the button is up again. */
  press(point: PointPrompt): void {
    this.pointing.press(point);
  }

  /** The pointer is on nothing. */
  leaveHover(): void {
    this.pointing.leave();
  }

  undo(): void {
    this.step(undo(this.history.value));
  }

  redo(): void {
    this.step(redo(this.history.value));
  }

  /** Takes away the object that is worked on, or all when there is none. */
  reset(): void {
    const active = this.active.value;
    if (active) {
      this.delete(active.id);
    } else if (this.annotation.value.objects.length > 0) {
      const { objects } = this.annotation.value;
      this.change(EMPTY);
      this.undoable = this.notices.add(texts.peek().objects.allTaken(objects.length), [
        { label: texts.peek().topBar.undo, run: () => this.undo() },
      ]);
    }
  }

  finishObject(): void {
    this.change(finishObject(this.annotation.value));
  }

  select(id: number): void {
    this.change(selectObject(this.annotation.value, id));
  }

  delete(id: number): void {
    this.change(deleteObject(this.annotation.value, id));
  }

  describe(id: number, description: Partial<Pick<AnnotatedObject, "name" | "labelId" | "colour" | "hidden">>): void {
    this.change(describeObject(this.annotation.value, id, description));
  }

  /** Makes masks that everything mode found objects, as one step; those that are objects already are left out. */
  keep(found: readonly FoundObject[]): void {
    const fresh = without(found, this.annotation.value.objects.flatMap((object) => maskOf(object) ?? []));
    if (fresh.length < found.length) {
      this.notices.add(texts.peek().everything.known(found.length - fresh.length));
    }
    this.change(fresh.length === 0 ? this.annotation.value : fresh.reduce(
      (annotation, { point, ...candidate }) => addMasked(annotation, candidate, { points: [point], box: null },
        beginningOf(this.labels.list.value, annotation.objects)),
      this.annotation.value));
  }

  /** Is called before another picture takes the place of the open one. */
  onLeave(listener: () => void): void {
    this.leavers.push(listener);
  }

  /** Takes the next or the previous mask of the object that is worked on. */
  chooseNext(step: number): void {
    const active = this.active.value;
    if (active) {
      this.change(chooseNext(this.annotation.value, active.id, step));
    }
  }

  choose(index: number): void {
    const active = this.active.value;
    if (active) {
      this.change(choose(this.annotation.value, active.id, index));
    }
  }

  /** The canvas has just been drawn; what was drawn is on the screen a turn later. */
  painted(): void {
    const painted = this.shown.drawnActive.value?.answered ? this.clickTimer.drawn() : undefined;
    if (!painted && !this.shown.isBehind) {
      return;
    }
    void turn().then(() => {
      painted?.();
      this.shown.painted();
    });
  }

  /** Goes on with another state of the annotation, which can be undone. */
  change(annotation: Annotation): void {
    this.step(advance(this.history.value, annotation));
  }

  private step(history: History<Annotation>): void {
    if (history === this.history.value) {
      return;
    }
    this.notices.dismiss(this.undoable);
    batch(() => {
      this.history.value = history;
      this.pointing.overtake();
      if (this.active.value?.answered !== false) {
        this.pointing.preview.value = null;
      }
      this.askUnanswered();
      this.show();
    });
  }

  private askUnanswered(): void {
    if (this.picture.value?.id) {
      this.answering.ask(this.annotation.value.objects);
    }
  }

  private show(): void {
    const active = this.active.value;
    if (active?.answered === false && this.answering.isAsked(active.prompt)) {
      this.shown.followLater();
    } else {
      this.shown.follow();
    }
  }

  private endWaiting(id: number): void {
    if (this.active.value?.answered) {
      this.shown.followAnswer();
    } else {
      this.show();
    }
    if (this.active.value?.id === id) {
      this.pointing.preview.value = null;
    }
  }

  private leave(): void {
    this.resuming.leave();
    this.early.forget();
    this.leavers.forEach((listener) => listener());
    this.decoding.leave();
    this.history.value = begin(EMPTY);
    this.shown.follow();
    this.clickTimer.forget();
    this.leaveHover();
  }

  /** Something that could be the work of another version on the server. */
  trouble(words: string): void {
    this.notices.add(words);
    void offerOtherVersion(this.notices);
  }

  /** The open picture is smaller now; what was pointed at meanwhile is where it was. */
  private shrunk({ width, height }: Picture, scale: number): void {
    this.notices.add(texts.peek().incoming.shrunk(width, height));
    this.history.value = amend(this.history.value, scaler(scale));
    this.show();
  }

  private begun(picture: Picture): void {
    this.decoding.open({ id: picture.id!, width: picture.width, height: picture.height });
    this.resuming.begun(picture);
    this.askUnanswered();
  }
}
