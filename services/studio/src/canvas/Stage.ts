import { effect, signal, untracked } from "@preact/signals";
import type { Studio } from "../app/Studio";
import { markOf } from "../annotation/labels";
import type { Mark } from "../annotation/palette";
import type { BoxPrompt } from "../annotation/types";
import type { EverythingRun } from "../everything/EverythingRun";
import { Gestures, type Spot } from "./Gestures";
import { paintOverlay } from "./paintOverlay";
import { fit, pan, resized, type Size, toCanvas, toPicture, type Viewport, zoomAt } from "./Viewport";

/** Two canvases, the picture's and the one over it, and what the user does on them. Drawn once a frame at most. */
export class Stage {
  readonly view = signal<Viewport>({ scale: 1, x: 0, y: 0 });
  /** The keyboard's pointer in pixels of the picture, while the keyboard is used. */
  readonly crosshair = signal<Spot | null>(null);
  private readonly size = signal<Size>({ width: 0, height: 0 });
  private readonly draft = signal<BoxPrompt | null>(null);
  private readonly gestures: Gestures;
  private readonly stop: () => void;
  private readonly observer: ResizeObserver;
  private pictureDirty = true;
  private frame = 0;
  private hoverFrame = 0;
  private fitted: string | null = null;
  /** The view of an earlier visit, and what was made of it for the canvas's size; null once the person moves on. */
  private resumed: { readonly kept: Viewport; readonly shown: Viewport } | null = null;

  constructor(
    private readonly studio: Studio,
    private readonly everything: EverythingRun,
    private readonly picture: HTMLCanvasElement,
    private readonly overlay: HTMLCanvasElement,
  ) {
    this.gestures = new Gestures(overlay, {
      hover: (x, y) => this.hover(x, y),
      leave: () => this.leave(),
      press: (x, y, foreground) => this.press(x, y, foreground),
      click: (x, y, foreground, at) => this.click(x, y, foreground, at),
      draft: (from, to) => (this.draft.value = from && to && this.box(from, to)),
      box: (from, to, at) => this.endBox(from, to, at),
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      dragPans: () => studio.tool.value === "pan",
      clickRemoves: () => studio.tool.value === "remove",
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(overlay);
    this.stop = this.follow();
  }

  /** Ends drawing and listening. */
  dispose(): void {
    this.observer.disconnect();
    this.stop();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.hoverFrame);
  }

  /** While held, drags move the picture. */
  set panHeld(held: boolean) {
    this.gestures.spaceHeld = held;
  }

  /** Gives up the click, box or movement that is being made; returns false when there is none. */
  giveUp(): boolean {
    return this.gestures.giveUp();
  }

  /** Shows the whole picture. */
  fit(): void {
    const picture = this.studio.picture.peek();
    if (picture && this.size.peek().width > 0) {
      this.view.value = fit(picture, this.size.peek());
    }
  }

  /** Shows the picture as it was left, or all of it. */
  private place(): void {
    if (!this.takeKeptView()) {
      this.fit();
    }
  }

  private takeKeptView(): boolean {
    const view = this.studio.resuming.keptView.peek();
    const picture = this.studio.picture.peek();
    if (!view || !picture || this.size.peek().width === 0) {
      return false;
    }
    this.studio.resuming.keptView.value = null;
    this.resume(view, picture);
    return true;
  }

  private resume(kept: Viewport, picture: Size): void {
    this.view.value = pan(kept, 0, 0, picture, this.size.peek());
    this.resumed = { kept, shown: this.view.peek() };
  }

  /** The canvas has another size. */
  private replace(before: Size): void {
    const picture = this.studio.picture.peek();
    const view = this.view.peek();
    if (picture && this.resumed?.shown === view) {
      this.resume(this.resumed.kept, picture);
    } else if (!picture || before.width === 0 || this.studio.resuming.keptView.peek()) {
      this.place();
    } else {
      this.view.value = resized(view, before, this.size.peek(), picture);
    }
  }

  /** Zooms around a point of the canvas, by default its middle. */
  zoom(factor: number, x?: number, y?: number): void {
    const picture = this.studio.picture.peek();
    const { width, height } = this.size.peek();
    if (picture) {
      this.view.value = zoomAt(
        this.view.peek(), factor, x ?? width / 2, y ?? height / 2, picture, this.size.peek());
    }
  }

  /** Moves the picture. */
  pan(dx: number, dy: number): void {
    const picture = this.studio.picture.peek();
    if (picture) {
      this.view.value = pan(this.view.peek(), dx, dy, picture, this.size.peek());
    }
  }

  /** Moves the keyboard's pointer by canvas pixels; it begins in the middle. */
  moveCrosshair(dx: number, dy: number): void {
    const picture = this.studio.picture.peek();
    if (!picture) {
      return;
    }
    const { width, height } = this.size.peek();
    const view = this.view.peek();
    const crosshair = this.crosshair.peek();
    const from = crosshair ? toCanvas(view, crosshair.x, crosshair.y) : { x: width / 2, y: height / 2 };
    const { x, y } = toPicture(view, from.x + dx, from.y + dy);
    const to = { x: Math.min(picture.width, Math.max(0, x)), y: Math.min(picture.height, Math.max(0, y)) };
    this.crosshair.value = to;
    void this.studio.hover(to);
  }

  /** Clicks with the keyboard's pointer. */
  clickCrosshair(foreground: boolean): void {
    const at = this.crosshair.peek();
    if (at) {
      this.studio.addPoint({ ...at, foreground }, performance.now());
    }
  }

  private follow(): () => void {
    const stopPicture = effect(() => {
      const picture = this.studio.picture.value;
      void this.view.value;
      void this.size.value;
      const name = picture && `${picture.name} ${picture.width} ${picture.height} ${picture.file.size}`;
      if (name !== this.fitted) {
        this.fitted = name;
        untracked(() => this.place());
      }
      void this.studio.resuming.keptView.value;
      untracked(() => this.takeKeptView());
      this.studio.resuming.view.value = this.view.peek();
      this.pictureDirty = true;
      this.draw();
    });
    const stopOverlay = effect(() => {
      void this.studio.shown.drawn.value;
      void this.studio.labels.list.value;
      void this.studio.preview.value;
      void this.draft.value;
      void this.crosshair.value;
      void this.everything.found.value;
      void this.everything.pointed.value;
      this.draw();
    });
    const stopBusy = effect(() => {
      this.overlay.ariaBusy = String(this.studio.isWaiting.value);
    });
    return () => {
      stopBusy();
      stopPicture();
      stopOverlay();
    };
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.overlay;
    const ratio = devicePixelRatio;
    for (const canvas of [this.picture, this.overlay]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    const before = this.size.peek();
    this.size.value = { width, height };
    this.replace(before);
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
    if (this.size.peek().width === 0) {
      return;
    }
    const { studio, everything } = this;
    const picture = studio.picture.peek();
    const view = this.view.peek();
    if (this.pictureDirty) {
      this.pictureDirty = false;
      const context = this.picture.getContext("2d", { alpha: true })!;
      context.clearRect(0, 0, this.picture.width, this.picture.height);
      picture?.pyramid.draw(context, view, devicePixelRatio);
    }
    paintOverlay(this.overlay.getContext("2d")!, {
      annotation: studio.shown.drawn.peek(),
      labels: studio.labels.list.peek(),
      preview: studio.preview.peek(),
      previewMark: this.previewMark(),
      draft: this.draft.peek(),
      found: everything.found.peek(),
      pointed: everything.pointed.peek(),
      crosshair: this.crosshair.peek(),
    }, view, devicePixelRatio);
    // For whoever drives the page from outside: where the picture lies.
    this.overlay.dataset.view = `${view.scale} ${view.x} ${view.y}`;
    studio.painted();
  }

  /** How a mask under the pointer is drawn: as the object would be that a click gives it to. */
  private previewMark(): Mark {
    const active = this.studio.shown.drawnActive.peek();
    return active ? markOf(active, this.studio.labels.list.peek()) : this.studio.beginning.peek().mark;
  }

  private hover(x: number, y: number): void {
    this.crosshair.value = null;
    cancelAnimationFrame(this.hoverFrame);
    this.hoverFrame = requestAnimationFrame(() => {
      const at = this.inside(x, y);
      if (this.everything.showing.peek()) {
        this.everything.point(at);
      } else if (at && this.studio.tool.peek() !== "pan") {
        void this.studio.hover(at);
      } else {
        this.studio.leaveHover();
      }
    });
  }

  private leave(): void {
    cancelAnimationFrame(this.hoverFrame);
    this.studio.leaveHover();
    this.everything.point(null);
  }

  private press(x: number, y: number, foreground: boolean): void {
    const point = this.clickable(x, y, foreground);
    if (point && !this.everything.showing.peek()) {
      this.studio.press({ ...point, foreground });
    }
  }

  private click(x: number, y: number, foreground: boolean, at: number): void {
    const point = this.clickable(x, y, foreground);
    if (!point) {
      return;
    }
    if (this.everything.showing.peek()) {
      this.everything.point(point);
      this.everything.keepPointed();
    } else {
      this.studio.addPoint({ ...point, foreground }, at);
    }
  }

  private clickable(x: number, y: number, foreground: boolean): Spot | null {
    return this.studio.tool.peek() === "pan" && foreground ? null : this.inside(x, y);
  }

  private endBox(from: Spot, to: Spot, at: number): void {
    this.draft.value = null;
    const box = this.box(from, to);
    if (box) {
      this.studio.setBox(box, at);
    }
  }

  private inside(x: number, y: number): Spot | null {
    const picture = this.studio.picture.peek();
    const at = toPicture(this.view.peek(), x, y);
    return picture && at.x >= 0 && at.y >= 0 && at.x <= picture.width && at.y <= picture.height ? at : null;
  }

  /** The part of a drag that lies on the picture; null when it is less than a pixel. */
  private box(from: Spot, to: Spot): BoxPrompt | null {
    const picture = this.studio.picture.peek();
    if (!picture) {
      return null;
    }
    const a = toPicture(this.view.peek(), from.x, from.y);
    const b = toPicture(this.view.peek(), to.x, to.y);
    const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const box = {
      xMin: clamp(Math.min(a.x, b.x), picture.width),
      yMin: clamp(Math.min(a.y, b.y), picture.height),
      xMax: clamp(Math.max(a.x, b.x), picture.width),
      yMax: clamp(Math.max(a.y, b.y), picture.height),
    };
    return box.xMax - box.xMin >= 1 && box.yMax - box.yMin >= 1 ? box : null;
  }
}
