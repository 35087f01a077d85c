import { beforeEach, describe, expect, it, vi } from "vitest";
import { type GestureHandlers, Gestures } from "../src/canvas/Gestures";

type Listener = (event: object) => void;

/** What Gestures needs of an element. */
class Element {
  readonly listeners = new Map<string, Listener>();
  addEventListener = (type: string, listener: Listener) => void this.listeners.set(type, listener);
  setPointerCapture = () => undefined;
  getBoundingClientRect = () => ({ left: 0, top: 0 });
}

const EVENT = { pointerId: 1, button: 0, altKey: false, timeStamp: 0, detail: 0 };

describe("a gesture", () => {
  let element: Element;
  let gestures: Gestures;
  const handlers = {
    hover: vi.fn(), leave: vi.fn(), press: vi.fn(), click: vi.fn(), draft: vi.fn(), box: vi.fn(), pan: vi.fn(),
    zoom: vi.fn(), dragPans: () => false, clickRemoves: () => false,
  } satisfies GestureHandlers;

  beforeEach(() => {
    vi.clearAllMocks();
    element = new Element();
    gestures = new Gestures(element as unknown as HTMLElement, handlers);
  });

  function send(type: string, x: number, y: number, rest: object): void {
    element.listeners.get(type)!({ ...EVENT, clientX: x, clientY: y, ...rest });
  }

  /** As browsers tell of a mouse: the pointer's event, then the mouse's, which counts clicks. */
  function click(x: number, y: number, count: number, button = 0): void {
    send("pointerdown", x, y, { pointerType: "mouse", button });
    send("mousedown", x, y, { detail: count, button });
    send("pointerup", x, y, { pointerType: "mouse", button });
  }

  function tap(x: number, y: number, at: number): void {
    send("pointerdown", x, y, { pointerType: "pen", timeStamp: at });
    send("pointerup", x, y, { pointerType: "pen", timeStamp: at + 20 });
    send("mousedown", x, y, { detail: 1 });
  }

  it("of a double click is one click, asked for once", () => {
    [1, 2, 3].forEach((count) => click(5, 6, count));

    expect(handlers.press).toHaveBeenCalledOnce();
    expect(handlers.click).toHaveBeenCalledExactlyOnceWith(5, 6, true, 0);
  });

  it("of two clicks is two, also with another button", () => {
    click(5, 6, 1);
    click(50, 60, 1);
    click(50, 60, 1, 2);

    expect(handlers.press).toHaveBeenCalledTimes(3);
    expect(handlers.click.mock.calls.map((call) => call.slice(0, 3))).toEqual(
      [[5, 6, true], [50, 60, true], [50, 60, false]]);
  });

  it("of a tap soon after one in the same place is none", () => {
    tap(5, 6, 1000);
    tap(9, 6, 1200);
    tap(90, 6, 1300);
    tap(91, 6, 2000);

    expect(handlers.click.mock.calls.map(([x]) => x as number)).toEqual([5, 90, 91]);
    expect(handlers.press).toHaveBeenCalledTimes(3);
  });

  it("that draws a box is given up, and the box is no longer shown", () => {
    send("pointerdown", 5, 6, { pointerType: "mouse" });
    send("mousedown", 5, 6, { detail: 1 });
    send("pointermove", 50, 60, { pointerType: "mouse" });
    expect(handlers.draft).toHaveBeenLastCalledWith(expect.objectContaining({ x: 5, y: 6 }), { x: 50, y: 60 });

    expect(gestures.cancelGesture()).toBe(true);
    expect(handlers.draft).toHaveBeenLastCalledWith(null, null);
    send("pointermove", 70, 80, { pointerType: "mouse" });
    send("pointerup", 70, 80, { pointerType: "mouse" });

    expect(handlers.draft).toHaveBeenCalledTimes(2);
    expect(handlers.box).not.toHaveBeenCalled();
    expect(handlers.click).not.toHaveBeenCalled();
    expect(gestures.cancelGesture()).toBe(false);
  });
});
