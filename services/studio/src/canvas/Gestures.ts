/** Receives gestures on the canvas. Coordinates are CSS pixels from its top left corner. */
export interface GestureHandlers {
  hover(x: number, y: number): void;
  leave(): void;
  /** A button or finger went down, for a click unless it moves. */
  press(x: number, y: number, foreground: boolean): void;
  /**
   * A click or tap, where it went down. Foreground unless it was the right button or Alt was held.
   * @param at The event's time stamp.
   */
  click(x: number, y: number, foreground: boolean, at: number): void;
  /** A drag is in progress; null when it was cancelled. */
  draft(from: Spot | null, to: Spot | null): void;
  /** A drag has ended. */
  box(from: Spot, to: Spot, at: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** True if a drag with the first button moves the picture instead of drawing a box. */
  readonly dragPans: () => boolean;
  /** True if a click is a background point. */
  readonly clickRemoves: () => boolean;
  /** Takes strokes in the place of clicks and boxes; absent where nothing is drawn by hand. */
  readonly strokes?: StrokeHandlers;
}

/** Receives strokes: everything from a button's way down to its way up. */
export interface StrokeHandlers {
  readonly isOn: () => boolean;
  begin(spot: Spot, inverse: boolean): void;
  move(spots: readonly Spot[]): void;
  end(): void;
  cancel(): void;
  /** The wheel was turned with Alt or Shift, by so many steps; false where that means nothing. */
  wheel(steps: number): boolean;
}

/** A place on the canvas. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A button or finger that is down. */
interface Press extends Spot {
  readonly pointer: number;
  readonly isMouse: boolean;
  readonly button: number;
  readonly alt: boolean;
  /** Pixels that this pointer may move and still click. */
  readonly limit: number;
  /** True for the second half of a double click, which counts as one click. */
  readonly repeats: boolean;
}

/** Pixels a pointer may move and still click: fingers are less steady than mice. */
const STILL = { mouse: 4, pen: 6, touch: 10 } as const;
const LONG_PRESS_MS = 550;
const WHEEL_STEP = 0.0015;
/** Touch and pen events count no clicks: a tap so soon after another, and so near to it, ends a double tap. */
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PIXELS = 24;

/** Turns pointer events into clicks, boxes, panning and zooming; one finger points, two move the picture. */
export class Gestures {
  private readonly pointers = new Map<number, Spot>();
  private start: Press | undefined;
  private lastTap: (Spot & { readonly at: number }) | undefined;
  private dragging: "box" | "pan" | "stroke" | undefined;
  private longPress: ReturnType<typeof setTimeout> | undefined;
  /** Set while Space is held: drags move the picture. */
  spaceHeld = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly handlers: GestureHandlers,
  ) {
    element.addEventListener("pointerdown", this.down);
    element.addEventListener("mousedown", this.mouseDown);
    element.addEventListener("pointermove", this.move);
    element.addEventListener("pointerup", this.up);
    element.addEventListener("pointercancel", this.cancel);
    element.addEventListener("pointerleave", this.leave);
    element.addEventListener("wheel", this.wheel, { passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Cancels the click or drag in progress; returns false when there is none. */
  cancelGesture(): boolean {
    const wasPressed = this.start !== undefined;
    this.release();
    return wasPressed;
  }

  private readonly down = (event: PointerEvent): void => {
    this.element.setPointerCapture(event.pointerId);
    const spot = this.spot(event);
    this.pointers.set(event.pointerId, spot);
    if (this.pointers.size > 1) {
      this.release();
      return;
    }
    const { pointerId: pointer, button, altKey: alt } = event;
    const isMouse = event.pointerType === "mouse";
    const limit = STILL[event.pointerType as keyof typeof STILL] ?? STILL.mouse;
    this.start = { ...spot, pointer, isMouse, button, alt, limit, repeats: !isMouse && this.isDoubleTap(spot, event) };
    if (this.handlers.strokes?.isOn() && button !== 1 && !this.spaceHeld) {
      this.dragging = "stroke";
      this.handlers.strokes.begin(spot, button === 2 || alt);
      return;
    }
    // For a mouse the next event tells whether this is a double click.
    if (!isMouse) {
      this.pressed(this.start, event);
    }
    if (event.pointerType === "touch") {
      this.longPress = setTimeout(() => {
        this.start = undefined;
        this.handlers.click(spot.x, spot.y, false, performance.now());
      }, LONG_PRESS_MS);
    }
  };

  private readonly mouseDown = (event: MouseEvent): void => {
    if (this.dragging !== "stroke" && this.start?.isMouse && this.start.button === event.button
      && this.pointers.size === 1) {
      this.start = { ...this.start, repeats: event.detail > 1 };
      this.pressed(this.start, event);
    }
  };

  private readonly move = (event: PointerEvent): void => {
    const spot = this.spot(event);
    const last = this.pointers.get(event.pointerId);
    if (!last) {
      this.handlers.hover(spot.x, spot.y);
      return;
    }
    if (this.pointers.size === 2) {
      this.pinch(event.pointerId, last, spot);
    } else if (this.dragging === "stroke") {
      // Between two frames a pointer goes through more places than one.
      const events = event.getCoalescedEvents();
      this.handlers.strokes?.move((events.length > 0 ? events : [event]).map((one) => this.spot(one)));
    } else if (this.start) {
      this.drag(this.start, last, spot);
    }
    this.pointers.set(event.pointerId, spot);
  };

  private readonly up = (event: PointerEvent): void => {
    const { start, dragging } = this;
    this.pointers.delete(event.pointerId);
    if (dragging === "stroke" && start?.pointer === event.pointerId) {
      this.dragging = undefined;
      this.handlers.strokes?.end();
    }
    this.release();
    if (!start || start.pointer !== event.pointerId) {
      return;
    }
    const spot = this.spot(event);
    if (dragging === "stroke") {
      return;
    }
    if (dragging === "box") {
      this.handlers.box(start, spot, event.timeStamp);
    } else if (!dragging && start.button !== 1 && !start.repeats) {
      this.lastTap = start.isMouse ? undefined : { x: start.x, y: start.y, at: event.timeStamp };
      this.handlers.click(start.x, start.y, !(start.alt || this.removes(event)), event.timeStamp);
    }
  };

  private readonly cancel = (event: PointerEvent): void => {
    this.pointers.delete(event.pointerId);
    this.release();
  };

  private readonly leave = (): void => this.handlers.leave();

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = this.spot(event);
    if ((event.altKey || event.shiftKey) && this.handlers.strokes?.wheel(-Math.sign(event.deltaY || event.deltaX))) {
      return;
    }
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    // A pinch on a touchpad comes as a wheel with Control, in smaller steps.
    this.handlers.zoom(Math.exp(-pixels * WHEEL_STEP * (event.ctrlKey ? 6 : 1)), x, y);
  };

  private pressed({ x, y, button, repeats }: Press, event: MouseEvent): void {
    if (button !== 1 && !this.spaceHeld && !repeats) {
      this.handlers.press(x, y, !this.removes(event));
    }
  }

  private isDoubleTap({ x, y }: Spot, { timeStamp }: PointerEvent): boolean {
    const last = this.lastTap;
    return last !== undefined && timeStamp - last.at < DOUBLE_TAP_MS
      && Math.hypot(x - last.x, y - last.y) < DOUBLE_TAP_PIXELS;
  }

  private removes(event: MouseEvent): boolean {
    return event.button === 2 || event.altKey || this.handlers.clickRemoves();
  }

  private drag(start: Press, last: Spot, spot: Spot): void {
    if (!this.dragging && Math.hypot(spot.x - start.x, spot.y - start.y) > start.limit) {
      clearTimeout(this.longPress);
      const pans = start.button === 1 || this.spaceHeld || this.handlers.dragPans();
      this.dragging = pans || start.button === 2 ? "pan" : "box";
      this.handlers.leave();
    }
    if (this.dragging === "pan") {
      this.handlers.pan(spot.x - last.x, spot.y - last.y);
    } else if (this.dragging === "box") {
      this.handlers.draft(start, spot);
    }
  }

  private pinch(id: number, last: Spot, spot: Spot): void {
    const other = [...this.pointers].find(([pointer]) => pointer !== id)?.[1];
    if (other) {
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(spot.x - other.x, spot.y - other.y);
      this.handlers.pan((spot.x - last.x) / 2, (spot.y - last.y) / 2);
      this.handlers.zoom(after / Math.max(1, before), (spot.x + other.x) / 2, (spot.y + other.y) / 2);
    }
  }

  private release(): void {
    clearTimeout(this.longPress);
    if (this.dragging === "box") {
      this.handlers.draft(null, null);
    } else if (this.dragging === "stroke") {
      this.handlers.strokes?.cancel();
    }
    this.start = undefined;
    this.dragging = undefined;
  }

  private spot(event: MouseEvent): Spot {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
