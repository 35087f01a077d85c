import { effect, signal, untracked } from "@preact/signals";
import { type Annotation, EMPTY, replaceMask } from "../annotation/Annotation";
import { markOf } from "../annotation/labels";
import type { Mark } from "../annotation/palette";
import type { BoxPrompt } from "../annotation/types";
import { Gestures, type Spot } from "./Gestures";
import { paintOverlay } from "./paintOverlay";
import { PictureView } from "./PictureView";
import { SettledLayer, settledOf } from "./SettledLayer";
import type { StageModel } from "./StageModel";
import { strokesOf } from "./strokesOf";
import { boxBetween, toCanvas, toPicture } from "./Viewport";

/** Time without a movement after which the picture is drawn smoothly again. */
const REST_MS = 150;

/** The picture's canvas, the overlay's canvas over it, and gestures on them. Drawn at most once a frame. */
export class Stage {
  readonly view: PictureView;
  /** The keyboard's pointer in pixels of the picture, while the keyboard is used. */
  readonly crosshair = signal<Spot | null>(null);
  private readonly draft = signal<BoxPrompt | null>(null);
  private readonly gestures: Gestures;
  private readonly stop: () => void;
  private readonly observer: ResizeObserver;
  private readonly settled: SettledLayer | undefined;
  private pictureDirty = true;
  private frame = 0;
  private hoverFrame = 0;
  private fitted: string | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;

  /** @param layer Canvas between the two, for objects that nobody is changing; without it the overlay has them. */
  constructor(
    private readonly model: StageModel,
    private readonly picture: HTMLCanvasElement,
    private readonly overlay: HTMLCanvasElement,
    private readonly layer?: HTMLCanvasElement,
  ) {
    this.settled = layer && new SettledLayer(layer, () => this.draw());
    this.view = new PictureView(model.picture, model.session.resuming);
    this.gestures = new Gestures(overlay, {
      hover: (x, y) => this.hover(x, y),
      leave: () => this.leave(),
      press: (x, y, foreground) => this.press(x, y, foreground),
      click: (x, y, foreground, at) => this.click(x, y, foreground, at),
      draft: (from, to) => (this.draft.value = from && to && this.box(from, to)),
      box: (from, to, at) => this.endBox(from, to, at),
      pan: (dx, dy) => this.view.pan(dx, dy),
      zoom: (factor, x, y) => this.view.zoom(factor, x, y),
      dragPans: () => model.tool.value === "pan",
      clickRemoves: () => model.tool.value === "remove",
      ...(model.drawing ? { strokes: strokesOf(model.drawing, () => this.view.viewport.peek()) } : {}),
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(overlay);
    this.stop = this.follow();
  }

  /** Ends drawing and listening. */
  dispose(): void {
    this.observer.disconnect();
    this.stop();
    clearTimeout(this.resting);
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.hoverFrame);
  }

  /** While true, drags move the picture. */
  set panHeld(held: boolean) {
    this.gestures.spaceHeld = held;
  }

  /** Cancels the click, box, stroke or movement in progress; returns false when there is none. */
  cancelGesture(): boolean {
    return this.gestures.cancelGesture() || (this.model.drawing?.cancel() ?? false);
  }

  /** Moves the keyboard's pointer by canvas pixels, from the middle the first time. */
  moveCrosshair(dx: number, dy: number): void {
    const picture = this.model.picture.peek();
    if (!picture) {
      return;
    }
    const { width, height } = this.view.size.peek();
    const view = this.view.viewport.peek();
    const crosshair = this.crosshair.peek();
    const from = crosshair ? toCanvas(view, crosshair.x, crosshair.y) : { x: width / 2, y: height / 2 };
    const { x, y } = toPicture(view, from.x + dx, from.y + dy);
    const to = { x: Math.min(picture.width, Math.max(0, x)), y: Math.min(picture.height, Math.max(0, y)) };
    this.crosshair.value = to;
    void this.model.editor.hover(to);
  }

  /** Clicks with the keyboard's pointer. */
  clickCrosshair(foreground: boolean): void {
    const at = this.crosshair.peek();
    if (at) {
      this.model.editor.addPoint({ ...at, foreground }, performance.now());
    }
  }

  private follow(): () => void {
    const stopPicture = effect(() => {
      const picture = this.model.picture.value;
      void this.view.viewport.value;
      void this.view.size.value;
      const name = picture && `${picture.name} ${picture.width} ${picture.height} ${picture.file.size}`;
      if (name !== this.fitted) {
        this.fitted = name;
        untracked(() => this.view.place());
      }
      void this.model.session.resuming.keptView.value;
      untracked(() => this.view.takeKeptView());
      this.model.session.resuming.view.value = this.view.viewport.peek();
      this.pictureDirty = true;
      this.moved();
      this.draw();
    });
    const stopOverlay = effect(() => {
      void this.model.editor.shown.drawn.value;
      void this.model.labels.list.value;
      void this.model.editor.preview.value;
      void this.model.comparison.shown.value;
      void this.draft.value;
      void this.crosshair.value;
      void this.model.everything.found.value;
      void this.model.everything.pointed.value;
      void this.model.drawing?.drawn.value;
      void this.model.drawing?.isPeeking.value;
      this.draw();
    });
    const stopBusy = effect(() => {
      this.overlay.ariaBusy = String(this.model.editor.isWaiting.value);
    });
    const stopFilter = effect(() => {
      this.picture.style.filter = this.model.drawing?.filter.value ?? "";
    });
    return () => {
      stopFilter();
      stopBusy();
      stopPicture();
      stopOverlay();
    };
  }

  /** The picture moves: with a layer of masks it is drawn fast now, and well when it rests. */
  private moved(): void {
    if (this.settled) {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => {
        this.resting = undefined;
        this.pictureDirty = true;
        this.draw();
      }, REST_MS);
    }
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.overlay;
    const ratio = devicePixelRatio;
    for (const canvas of [this.picture, this.overlay, ...(this.layer ? [this.layer] : [])]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    this.settled?.reset();
    this.view.resize({ width, height });
    this.pictureDirty = true;
    this.paint();
  }

  private draw(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => this.paint());
    }
  }

  private paint(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.view.size.peek().width === 0) {
      return;
    }
    const { editor, everything, labels } = this.model;
    const picture = this.model.picture.peek();
    const view = this.view.viewport.peek();
    if (this.pictureDirty) {
      this.pictureDirty = false;
      const context = this.picture.getContext("2d", { alpha: true })!;
      context.clearRect(0, 0, this.picture.width, this.picture.height);
      picture?.pyramid.draw(context, view, devicePixelRatio, this.resting !== undefined);
    }
    const annotation = this.drawn();
    const isPeeking = this.model.drawing?.isPeeking.peek() ?? false;
    this.settled?.show(settledOf(annotation), isPeeking, labels.list.peek(), view, devicePixelRatio);
    paintOverlay(this.overlay.getContext("2d")!, {
      annotation: isPeeking ? EMPTY : annotation,
      isActiveOnly: this.settled !== undefined,
      labels: labels.list.peek(),
      preview: editor.preview.peek(),
      previewMark: this.previewMark(),
      draft: this.draft.peek(),
      found: everything.found.peek(),
      pointed: everything.pointed.peek(),
      crosshair: this.crosshair.peek(),
    }, view, devicePixelRatio);
    this.model.drawing?.paint(this.overlay.getContext("2d")!, view);
    // Tests read the picture's place here.
    this.overlay.dataset.view = `${view.scale} ${view.x} ${view.y}`;
    editor.painted();
  }

  /** The annotation, with the compared mask in place of the active object's. */
  private drawn(): Annotation {
    const annotation = this.model.editor.shown.drawn.peek();
    const compared = this.model.comparison.shown.peek();
    return compared && annotation.activeId !== null
      ? replaceMask(annotation, annotation.activeId, compared) : annotation;
  }

  /** The mark of the mask under the pointer: that of the object which a click would give it to. */
  private previewMark(): Mark {
    const active = this.model.editor.shown.drawnActive.peek();
    return active ? markOf(active, this.model.labels.list.peek()) : this.model.editor.beginning.peek().mark;
  }

  private hover(x: number, y: number): void {
    this.crosshair.value = null;
    cancelAnimationFrame(this.hoverFrame);
    this.hoverFrame = requestAnimationFrame(() => {
      const at = this.inside(x, y);
      this.model.drawing?.hover(toPicture(this.view.viewport.peek(), x, y));
      if (this.model.drawing?.takesStrokes()) {
        return;
      }
      if (this.model.everything.showing.peek()) {
        this.model.everything.point(at);
      } else if (at && this.model.tool.peek() !== "pan") {
        void this.model.editor.hover(at);
      } else {
        this.model.editor.leaveHover();
      }
    });
  }

  private leave(): void {
    cancelAnimationFrame(this.hoverFrame);
    this.model.drawing?.hover(null);
    this.model.editor.leaveHover();
    this.model.everything.point(null);
  }

  private press(x: number, y: number, foreground: boolean): void {
    const point = this.clickable(x, y, foreground);
    if (point && !this.model.everything.showing.peek()) {
      this.model.editor.press({ ...point, foreground });
    }
  }

  private click(x: number, y: number, foreground: boolean, at: number): void {
    const point = this.clickable(x, y, foreground);
    if (!point) {
      const at = this.inside(x, y);
      if (at) {
        this.model.drawing?.select(at);
      }
      return;
    }
    if (this.model.everything.showing.peek()) {
      this.model.everything.point(point);
      this.model.everything.keepPointed();
    } else {
      this.model.editor.addPoint({ ...point, foreground }, at);
    }
  }

  private clickable(x: number, y: number, foreground: boolean): Spot | null {
    return this.model.tool.peek() === "pan" && foreground ? null : this.inside(x, y);
  }

  private endBox(from: Spot, to: Spot, at: number): void {
    this.draft.value = null;
    const box = this.box(from, to);
    if (box) {
      this.model.editor.setBox(box, at);
    }
  }

  private inside(x: number, y: number): Spot | null {
    const picture = this.model.picture.peek();
    const at = toPicture(this.view.viewport.peek(), x, y);
    return picture && at.x >= 0 && at.y >= 0 && at.x <= picture.width && at.y <= picture.height ? at : null;
  }

  /** The box of a drag, cut to the picture; null when it is smaller than a pixel. */
  private box(from: Spot, to: Spot): BoxPrompt | null {
    const picture = this.model.picture.peek();
    return picture ? boxBetween(this.view.viewport.peek(), picture, from, to) : null;
  }
}
