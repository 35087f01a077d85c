import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import {
  activeOf, addPoint, type Annotation, answer, type Beginning, choose, chooseNext, deleteObject, describeObject, EMPTY,
  finishObject, scaler, selectObject, setBox,
} from "../annotation/Annotation";
import { advance, amend, begin, type History, redo, undo } from "../annotation/History";
import { beginningOf, type LabelList } from "../annotation/labels";
import type { AnnotatedObject, BoxPrompt, Candidate, ObjectRecord, PointPrompt } from "../annotation/types";
import type { Picture } from "../picture/Picture";
import type { SegmenterRouter } from "../segmenting/routing/SegmenterRouter";
import { SpeculativePrompt } from "../segmenting/routing/SpeculativePrompt";
import { nextTask } from "../shared/nextTask";
import type { Notices } from "../shared/Notices";
import { texts } from "../texts/texts";
import { ClickTimer } from "./ClickTimer";
import { DeferredView } from "./DeferredView";
import { MaskRequests } from "./MaskRequests";
import { Pointing } from "./Pointing";

/** Edits the annotation of the open picture, with undo, and requests the masks of its objects. */
export class AnnotationEditor {
  /** The id of the object that is being renamed. */
  readonly renaming = signal<number | null>(null);
  /** The mask under the pointer, before a click. */
  readonly preview: ReadonlySignal<Candidate | null>;
  readonly clickTimer = new ClickTimer();
  private readonly present = signal<History<Annotation>>(begin(EMPTY));
  readonly history: ReadonlySignal<History<Annotation>> = this.present;
  readonly annotation = computed(() => this.present.value.present);
  /** The object that clicks change. */
  readonly active = computed(() => activeOf(this.annotation.value));
  readonly shown = new DeferredView(this.annotation);
  /** True while an object waits for a mask. */
  readonly isWaiting = computed(() => this.annotation.value.objects.some(({ answered }) => !answered));
  readonly canUndo = computed(() => this.present.value.past.length > 0);
  readonly canRedo = computed(() => this.present.value.future.length > 0);
  /** Label and mark of the next object. */
  readonly beginning = computed<Beginning>(() => ({
    ...beginningOf(this.labels.list.value, this.annotation.value.objects),
    ...(this.newRecord ? { newRecord: this.newRecord } : {}),
  }));
  private readonly speculative: SpeculativePrompt;
  private readonly pointing: Pointing;
  private readonly requests: MaskRequests;
  /** The notice that offers to undo the last step. */
  private undoNotice = 0;

  /** @param newRecord Makes the project's data of a new object; undefined outside of projects. */
  constructor(
    router: SegmenterRouter,
    private readonly picture: ReadonlySignal<Picture | null>,
    private readonly labels: { readonly list: ReadonlySignal<LabelList> },
    private readonly notices: Notices,
    private readonly newRecord?: () => ObjectRecord,
  ) {
    this.speculative = new SpeculativePrompt(router);
    this.pointing = new Pointing(this.annotation, router, this.speculative, () => this.picture.value?.id != null);
    this.preview = this.pointing.preview;
    this.requests = new MaskRequests(this.speculative, {
      onMasks: (id, prompt, candidates, isCompletion) => {
        this.present.value = amend(this.present.value, (annotation) => answer(annotation, id, prompt, candidates));
        if (isCompletion) {
          this.show();
        }
      },
      onEnd: (id) => this.endRequest(id),
      onTrouble: (words) => this.notices.add(words),
    });
  }

  /**
   * Adds a point to the active object, or begins an object with it. A background point begins none.
   * @param at The click's time stamp.
   */
  addPoint(point: PointPrompt, at: number): void {
    if (!point.foreground && !this.active.value) {
      this.notices.add(texts.peek().stage.nothingYet);
    } else if (this.picture.value) {
      this.clickTimer.clicked(at);
      this.change(addPoint(this.annotation.value, point, this.beginning.value));
    }
  }

  /** Gives the active object a box, or begins an object with it. */
  setBox(box: BoxPrompt, at: number): void {
    if (this.picture.value) {
      this.clickTimer.clicked(at);
      this.change(setBox(this.annotation.value, box, this.beginning.value));
    }
  }

  /** Previews the mask of a click here. */
  hover(point: { x: number; y: number }): Promise<void> {
    return this.pointing.hover(point);
  }

  /** Asks the prompt of a click here when the button goes down. */
  press(point: PointPrompt): void {
    this.pointing.press(point);
  }

  /** Must be called when the pointer leaves the picture. */
  leaveHover(): void {
    this.pointing.leave();
  }

  /** Undoes the last step. */
  undo(): void {
    this.step(undo(this.present.value));
  }

  /** Repeats the last undone step. */
  redo(): void {
    this.step(redo(this.present.value));
  }

  /** Deletes the active object, or all objects when none is active. */
  reset(): void {
    const active = this.active.value;
    if (active) {
      this.delete(active.id);
    } else if (this.annotation.value.objects.length > 0) {
      const { objects } = this.annotation.value;
      this.change(EMPTY);
      this.undoNotice = this.notices.add(texts.peek().objects.allTaken(objects.length), [
        { label: texts.peek().topBar.undo, run: () => this.undo() },
      ]);
    }
  }

  /** Makes no object active: the next click begins another one. */
  finishObject(): void {
    this.change(finishObject(this.annotation.value));
  }

  /** Makes an object the active one. */
  select(id: number): void {
    this.change(selectObject(this.annotation.value, id));
  }

  /** Deletes an object. */
  delete(id: number): void {
    this.change(deleteObject(this.annotation.value, id));
  }

  /** Changes name, label, colour or visibility of an object. */
  describe(id: number, description: Partial<Pick<AnnotatedObject, "name" | "labelId" | "colour" | "hidden">>): void {
    this.change(describeObject(this.annotation.value, id, description));
  }

  /** Chooses the next or the previous mask of the active object. */
  chooseNext(step: number): void {
    const active = this.active.value;
    if (active) {
      this.change(chooseNext(this.annotation.value, active.id, step));
    }
  }

  /** Chooses a mask of the active object. */
  choose(index: number): void {
    const active = this.active.value;
    if (active) {
      this.change(choose(this.annotation.value, active.id, index));
    }
  }

  /** Must be called when the canvas has been drawn; a task later it is on the screen. */
  painted(): void {
    const painted = this.shown.drawnActive.value?.answered ? this.clickTimer.drawn() : undefined;
    if (!painted && !this.shown.isBehind) {
      return;
    }
    void nextTask().then(() => {
      painted?.();
      this.shown.painted();
    });
  }

  /** Changes the annotation, as a step that can be undone. */
  change(annotation: Annotation): void {
    this.step(advance(this.present.value, annotation));
  }

  /** Makes a history the present one. */
  step(history: History<Annotation>): void {
    if (history === this.present.value) {
      return;
    }
    this.notices.dismiss(this.undoNotice);
    batch(() => {
      this.present.value = history;
      this.pointing.cancelPreviews();
      if (this.active.value?.answered !== false) {
        this.pointing.preview.value = null;
      }
      this.requestMasks();
      this.show();
    });
  }

  /** Requests the masks of all objects that have none for their prompt, if the server has the picture. */
  requestMasks(): void {
    if (this.picture.value?.id) {
      this.requests.request(this.annotation.value.objects);
    }
  }

  /** Changes all steps, without one to undo: the change is not the user's. */
  amend(change: (annotation: Annotation) => Annotation): void {
    this.present.value = amend(this.present.value, change);
    this.show();
  }

  /** Scales all prompts and masks, without a step to undo: the open picture was made smaller. */
  scale(factor: number): void {
    this.amend(scaler(factor));
  }

  /** Forgets everything on the picture. */
  leave(): void {
    this.speculative.forget();
    this.present.value = begin(EMPTY);
    this.shown.follow();
    this.clickTimer.forget();
    this.leaveHover();
  }

  private show(): void {
    const active = this.active.value;
    if (active?.answered === false && this.requests.isPending(active.prompt)) {
      this.shown.followLater();
    } else {
      this.shown.follow();
    }
  }

  private endRequest(id: number): void {
    if (this.active.value?.answered) {
      this.shown.followAnswer();
    } else {
      this.show();
    }
    if (this.active.value?.id === id) {
      this.pointing.preview.value = null;
    }
  }
}
