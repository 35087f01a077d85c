import { type Annotation, addPoint, setBox } from "../annotation/Annotation";
import { changeRecords } from "../annotation/records";
import type { BoxPrompt, PointPrompt } from "../annotation/types";
import type { AnnotationEditor } from "../app/AnnotationEditor";
import type { StageEditor } from "../canvas/StageModel";
import type { ActiveClock } from "./ActiveClock";

/** Clicks on the desk's canvas: only where the person may draw; a proposal that is refined becomes an annotation. */
export class DeskStageEditor implements StageEditor {
  readonly shown;
  readonly preview;
  readonly beginning;
  readonly isWaiting;

  constructor(
    private readonly editor: AnnotationEditor,
    private readonly clock: ActiveClock,
    private readonly mayDraw: () => boolean,
  ) {
    ({ shown: this.shown, preview: this.preview, beginning: this.beginning, isWaiting: this.isWaiting } = editor);
  }

  addPoint(point: PointPrompt, at: number): void {
    if (!this.mayDraw()) {
      return;
    }
    this.clock.clicked();
    const taken = this.taken();
    if (taken) {
      this.editor.clickTimer.clicked(at);
      this.editor.change(addPoint(taken, point, this.editor.beginning.peek()));
    } else {
      this.editor.addPoint(point, at);
    }
  }

  setBox(box: BoxPrompt, at: number): void {
    if (!this.mayDraw()) {
      return;
    }
    this.clock.clicked();
    const taken = this.taken();
    if (taken) {
      this.editor.clickTimer.clicked(at);
      this.editor.change(setBox(taken, box, this.editor.beginning.peek()));
    } else {
      this.editor.setBox(box, at);
    }
  }

  press(point: PointPrompt): void {
    this.editor.press(point);
  }

  hover(point: { x: number; y: number }): Promise<void> {
    return this.editor.hover(point);
  }

  leaveHover(): void {
    this.editor.leaveHover();
  }

  painted(): void {
    this.editor.painted();
  }

  /** The annotation with the active proposal as an annotation; null where none is active. */
  private taken(): Annotation | null {
    const active = this.editor.active.peek();
    return active?.record?.state === "proposed"
      ? changeRecords(this.editor.annotation.peek(), new Set([active.id]), () => ({ state: "active" })) : null;
  }
}
