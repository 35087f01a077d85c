import { batch, computed, signal } from "@preact/signals";
import type { SegmentationClient } from "segmentation-client";
import {
  activeOf, addMasked, addPoint, type Annotation, answer, type Beginning, choose, chooseNext, deleteObject, describeObject, EMPTY,
  finishObject, selectObject, setBox,
} from "../annotation/Annotation";
import { advance, amend, begin, type History, redo, undo } from "../annotation/History";
import { labelOf } from "../annotation/labels";
import { freeMark } from "../annotation/palette";
import type { AnnotatedObject, BoxPrompt, Candidate, PointPrompt } from "../annotation/types";
import type { FoundObject } from "../everything/EverythingRun";
import type { Incoming } from "../picture/incoming";
import { type Picture, readPicture } from "../picture/Picture";
import { type UploadProgress, Uploader } from "../picture/Uploader";
import { Decoding } from "../segmenting/Decoding";
import { EarlyPrompt } from "../segmenting/EarlyPrompt";
import { toMilliseconds } from "../segmenting/server/messages";
import { inWords } from "../shared/errors";
import { turn } from "../shared/turn";
import { texts } from "../texts/texts";
import { Answering } from "./Answering";
import { ClickTimer } from "./ClickTimer";
import { Labels } from "./Labels";
import { Notices } from "./Notices";
import { Showing } from "./Showing";

/** What the first mouse button does. */
export type Tool = "add" | "remove" | "pan";

/** All that the page shows and does: the picture, the objects on it, and how they come about. */
export class Studio {
  readonly picture = signal<Picture | null>(null);
  /** How far the picture's upload is; null when the server has it. */
  readonly upload = signal<UploadProgress | null>(null);
  readonly tool = signal<Tool>("add");
  /** The object whose name is being written. */
  readonly renaming = signal<number | null>(null);
  /** The mask under the pointer, before any click. */
  readonly preview = signal<Candidate | null>(null);
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
  readonly beginning = computed<Beginning>(() => {
    const { labels, currentId } = this.labels.list.value;
    const label = labelOf(this.labels.list.value, currentId);
    const mark = label ?? freeMark([...labels, ...this.annotation.value.objects]);
    return { labelId: label?.id ?? null, mark };
  });
  private readonly uploader: Uploader;
  private readonly early: EarlyPrompt;
  private readonly answering: Answering;
  private leaving = new AbortController();
  private readonly leavers: (() => void)[] = [];
  private hovers = 0;
  /** The notice that offers to undo the last step. */
  private undoable = 0;
  private openings = 0;

  constructor(readonly client: SegmentationClient) {
    this.uploader = new Uploader(client);
    this.decoding = new Decoding(client, () => this.restore(), (words) => this.notices.add(words));
    this.early = new EarlyPrompt(this.decoding);
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
  }

  /** Begins with a picture, once it is there; what was done on the one before is gone. Who was chosen last wins. */
  async open(incoming: Incoming | Promise<Incoming>): Promise<void> {
    const opening = ++this.openings;
    let picture: Picture;
    try {
      const { file, name } = await incoming;
      picture = await readPicture(file, name);
    } catch (error) {
      this.notices.add(inWords(error));
      return;
    }
    if (opening !== this.openings) {
      // A picture that was chosen later is read already, or will be.
      picture.pyramid.close();
      return;
    }
    this.leave();
    this.picture.value = picture;
    const { signal: left } = this.leaving;
    this.upload.value = { sent: 0 };
    try {
      const image = await this.uploader.upload(picture.file, left, (progress) => {
        if (!left.aborted) {
          this.upload.value = progress;
        }
      });
      if (left.aborted) {
        return;
      }
      this.picture.value = { ...picture, id: image.id, encodeMs: toMilliseconds(image.encodeDuration) };
      this.decoding.open({ id: image.id, width: picture.width, height: picture.height });
      this.askUnanswered();
    } catch (error) {
      if (!left.aborted) {
        this.notices.add(inWords(error));
        this.leave();
      }
    }
    this.upload.value = left.aborted ? this.upload.value : null;
  }

  /** Adds a point to the object that is worked on; a background point begins none. */
  addPoint(point: PointPrompt, at: number): void {
    if (!point.foreground && !this.active.value) {
      this.notices.add(texts.peek().notices.nothingToRemoveFrom);
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
  async hover(point: { x: number; y: number }): Promise<void> {
    if (!this.picture.value?.id || this.active.value) {
      return;
    }
    const hover = ++this.hovers;
    const prompt = { points: [{ ...point, foreground: true }], box: null };
    try {
      const { candidates } = await this.early.ask(prompt);
      if (hover === this.hovers && !this.active.value) {
        this.preview.value = candidates[0] ?? null;
      }
    } catch {
      // Overtaken by the next movement, or refused: a preview that fails is one that is not there.
    }
  }

  /** The pointer has been pressed: what a click here asks is under way before the button is up again. */
  press(point: PointPrompt): void {
    const { active: { value: active } } = this;
    const prompt = active || point.foreground ? activeOf(addPoint(this.annotation.value, point))?.prompt : undefined;
    if (this.picture.value?.id && prompt) {
      this.early.askOnce(prompt);
    }
  }

  /** The pointer is on nothing. */
  leaveHover(): void {
    this.hovers++;
    this.preview.value = null;
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
      this.undoable = this.notices.add(texts.peek().notices.allTaken(objects.length), {
        words: texts.peek().topBar.undo, act: () => this.undo(),
      });
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

  /** Makes masks that everything mode found objects, as one step. */
  keep(found: readonly FoundObject[]): void {
    this.change(found.reduce(
      (annotation, { point, ...candidate }) => addMasked(annotation, candidate, { points: [point], box: null }, {
        labelId: this.beginning.value.labelId,
        mark: freeMark([...this.labels.list.value.labels, ...annotation.objects]),
      }),
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
      this.hovers++;
      if (this.active.value?.answered !== false) {
        this.preview.value = null;
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
      this.preview.value = null;
    }
  }

  private leave(): void {
    this.early.forget();
    this.leavers.forEach((listener) => listener());
    this.leaving.abort();
    this.leaving = new AbortController();
    this.decoding.leave();
    this.picture.value?.pyramid.close();
    this.picture.value = null;
    this.upload.value = null;
    this.history.value = begin(EMPTY);
    this.shown.follow();
    this.clickTimer.forget();
    this.leaveHover();
  }

  /** Uploads the open picture again, for a server that lost it. */
  private async restore(): Promise<void> {
    const picture = this.picture.value;
    if (picture) {
      await this.uploader.upload(picture.file, this.leaving.signal, () => undefined);
    }
  }
}
