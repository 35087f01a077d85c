import { describe, expect, it } from "vitest";
import { ActiveClock } from "../../src/desk/ActiveClock";

describe("active time", () => {
  it("is that between touches, with pauses cut at 30 s, and is taken by operations once", () => {
    let now = 0;
    const clock = new ActiveClock(() => now);
    clock.restart();
    now = 4_000;
    clock.touched();
    clock.clicked();
    clock.clicked();
    now = 100_000;
    expect(clock.takeOperation()).toEqual({ activeMs: 34_000, clicks: 2 });
    now = 101_000;
    expect(clock.takeOperation()).toEqual({ activeMs: 1_000, clicks: 0 });
    expect(clock.pictureMs).toBe(35_000);
    clock.restart();
    expect(clock.pictureMs).toBe(0);
  });

  it("on a mask begins anew with the next one, and not with an operation", () => {
    let now = 0;
    const clock = new ActiveClock(() => now);
    clock.restart();
    now = 20_500;
    clock.touched();
    clock.takeOperation();
    now = 31_000;
    clock.touched();
    expect(clock.maskSeconds.value).toBe(31);
    clock.maskDone();
    expect(clock.maskSeconds.value).toBe(0);
    now = 32_000;
    clock.touched();
    expect(clock.maskSeconds.value).toBe(1);
  });
});
