/** What the user does on the canvas. Coordinates are CSS pixels from its top left corner. */
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
  /** A drag is being drawn; null when it was given up. */
  draft(from: Spot | null, to: Spot | null): void;
  /** A drag has ended. */
  box(from: Spot, to: Spot, at: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** Whether a drag with the first button moves the picture instead of drawing a box. */
  readonly dragPans: () => boolean;
  /** Whether a click is a background point. */
  readonly clickRemoves: () => boolean;
}

/** A place on the canvas. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Pixels a pointer may move and still click: fingers are less steady than mice. */
const STILL = { mouse: 4, pen: 6, touch: 10 } as const;
const LONG_PRESS_MS = 550;
const WHEEL_STEP = 0.0015;

/** Turns pointer events into clicks, boxes, panning and zooming; one finger points, two move the picture. */
export class Gestures {
  private readonly pointers = new Map<number, Spot>();
  private start: (Spot & { pointer: number; button: number; alt: boolean; limit: number }) | undefined;
  private dragging: "box" | "pan" | undefined;
  private longPress: ReturnType<typeof setTimeout> | undefined;
  /** Set while Space is held: drags move the picture. */
  spaceHeld = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly handlers: GestureHandlers,
  ) {
    element.addEventListener("pointerdown", this.down);
    element.addEventListener("pointermove", this.move);
    element.addEventListener("pointerup", this.up);
    element.addEventListener("pointercancel", this.cancel);
    element.addEventListener("pointerleave", this.leave);
    element.addEventListener("wheel", this.wheel, { passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  private readonly down = (event: PointerEvent): void => {
    this.element.setPointerCapture(event.pointerId);
    const spot = this.spot(event);
    this.pointers.set(event.pointerId, spot);
    if (this.pointers.size > 1) {
      this.giveUp();
      return;
    }
    const limit = STILL[event.pointerType as keyof typeof STILL] ?? STILL.mouse;
    this.start = { ...spot, pointer: event.pointerId, button: event.button, alt: event.altKey, limit };
    if (event.button !== 1 && !this.spaceHeld) {
      this.handlers.press(spot.x, spot.y, !this.removes(event));
    }
    if (event.pointerType === "touch") {
      this.longPress = setTimeout(() => {
        this.start = undefined;
        this.handlers.click(spot.x, spot.y, false, performance.now());
      }, LONG_PRESS_MS);
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
    } else if (this.start) {
      this.drag(this.start, last, spot);
    }
    this.pointers.set(event.pointerId, spot);
  };

  private readonly up = (event: PointerEvent): void => {
    const { start, dragging } = this;
    this.pointers.delete(event.pointerId);
    this.giveUp();
    if (!start || start.pointer !== event.pointerId) {
      return;
    }
    const spot = this.spot(event);
    if (dragging === "box") {
      this.handlers.box(start, spot, event.timeStamp);
    } else if (!dragging && start.button !== 1) {
      this.handlers.click(start.x, start.y, !(start.alt || this.removes(event)), event.timeStamp);
    }
  };

  private readonly cancel = (event: PointerEvent): void => {
    this.pointers.delete(event.pointerId);
    this.giveUp();
  };

  private readonly leave = (): void => this.handlers.leave();

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = this.spot(event);
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    // A pinch on a touchpad comes as a wheel with Control, in smaller steps.
    this.handlers.zoom(Math.exp(-pixels * WHEEL_STEP * (event.ctrlKey ? 6 : 1)), x, y);
  };

  private removes(event: PointerEvent): boolean {
    return event.button === 2 || event.altKey || this.handlers.clickRemoves();
  }

  private drag(start: NonNullable<Gestures["start"]>, last: Spot, spot: Spot): void {
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

  private giveUp(): void {
    clearTimeout(this.longPress);
    if (this.dragging === "box") {
      this.handlers.draft(null, null);
    }
    this.start = undefined;
    this.dragging = undefined;
  }

  private spot(event: MouseEvent): Spot {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}
