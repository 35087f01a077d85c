import { describe, expect, it } from "vitest";
import { fit, resized, zoomAt } from "../src/canvas/Viewport";

const PICTURE = { width: 600, height: 400 };
const BEFORE = { width: 1000, height: 800 };
const AFTER = { width: 700, height: 800 };

describe("a canvas of another size", () => {
  it("shows a picture whole that was shown whole", () => {
    expect(resized(fit(PICTURE, BEFORE), BEFORE, AFTER, PICTURE)).toEqual(fit(PICTURE, AFTER));
    expect(resized(fit(PICTURE, AFTER), BEFORE, AFTER, PICTURE)).toEqual(fit(PICTURE, AFTER));
  });

  it("keeps the scale and the middle of what was zoomed to", () => {
    const zoomed = zoomAt(fit(PICTURE, BEFORE), 2, 300, 200, PICTURE, BEFORE);

    const view = resized(zoomed, BEFORE, AFTER, PICTURE);

    expect(view.scale).toBe(zoomed.scale);
    expect(view.x - zoomed.x).toBeCloseTo(-150);
    expect(view.y).toBeCloseTo(zoomed.y);
  });
});
