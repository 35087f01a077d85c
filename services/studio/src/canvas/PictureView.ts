import { type ReadonlySignal, signal } from "@preact/signals";
import type { KeptView, StagePicture } from "./StageModel";
import { fit, pan, resized, type Size, type Viewport, zoomAt } from "./Viewport";

/** Place and scale of the picture on a canvas: fits, zooms, moves, and takes up the view of an earlier visit. */
export class PictureView {
  readonly viewport = signal<Viewport>({ scale: 1, x: 0, y: 0 });
  /** Size of the canvas in CSS pixels. */
  readonly size = signal<Size>({ width: 0, height: 0 });
  /** The view of an earlier visit, and its viewport for the canvas's size; null once the user has moved the picture. */
  private resumed: { readonly kept: Viewport; readonly shown: Viewport } | null = null;

  constructor(private readonly picture: ReadonlySignal<StagePicture | null>, private readonly kept: KeptView) {}

  /** Shows the whole picture. */
  fit(): void {
    const picture = this.picture.peek();
    if (picture && this.size.peek().width > 0) {
      this.viewport.value = fit(picture, this.size.peek());
    }
  }

  /** Shows the picture as on an earlier visit, or the whole picture. */
  place(): void {
    if (!this.takeKeptView()) {
      this.fit();
    }
  }

  /** Takes the view of an earlier visit; returns false when there is none. */
  takeKeptView(): boolean {
    const view = this.kept.keptView.peek();
    const picture = this.picture.peek();
    if (!view || !picture || this.size.peek().width === 0) {
      return false;
    }
    this.kept.keptView.value = null;
    this.resume(view, picture);
    return true;
  }

  /** Follows a new size of the canvas. */
  resize(size: Size): void {
    const before = this.size.peek();
    this.size.value = size;
    const picture = this.picture.peek();
    const viewport = this.viewport.peek();
    if (picture && this.resumed?.shown === viewport) {
      this.resume(this.resumed.kept, picture);
    } else if (!picture || before.width === 0 || this.kept.keptView.peek()) {
      this.place();
    } else {
      this.viewport.value = resized(viewport, before, size, picture);
    }
  }

  /** Zooms around a point of the canvas, by default its middle. */
  zoom(factor: number, x?: number, y?: number): void {
    const picture = this.picture.peek();
    const { width, height } = this.size.peek();
    if (picture) {
      this.viewport.value = zoomAt(
        this.viewport.peek(), factor, x ?? width / 2, y ?? height / 2, picture, this.size.peek());
    }
  }

  /** Moves the picture. */
  pan(dx: number, dy: number): void {
    const picture = this.picture.peek();
    if (picture) {
      this.viewport.value = pan(this.viewport.peek(), dx, dy, picture, this.size.peek());
    }
  }

  private resume(kept: Viewport, picture: Size): void {
    this.viewport.value = pan(kept, 0, 0, picture, this.size.peek());
    this.resumed = { kept, shown: this.viewport.peek() };
  }
}
