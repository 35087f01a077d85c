import type { BoxPrompt, PointPrompt } from "../annotation/types";
import type { AnnotationEditor } from "../app/AnnotationEditor";
import type { StageEditor } from "../canvas/StageModel";
import type { ActiveClock } from "./ActiveClock";

/** Clicks on the desk's canvas: counted, and only where the person may draw. */
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
    if (this.mayDraw()) {
      this.clock.clicked();
      this.editor.addPoint(point, at);
    }
  }

  setBox(box: BoxPrompt, at: number): void {
    if (this.mayDraw()) {
      this.clock.clicked();
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
}
