import { describe, expect, it } from "vitest";
import { digitOf, nameOf } from "../src/app/keyboard";

describe("a key", () => {
  it.each([
    ["American", "n", "KeyN", "n"],
    ["American with Shift", "N", "KeyN", "n"],
    ["French, where A and Q have changed places", "a", "KeyQ", "a"],
    ["French, where A and Q have changed places", "q", "KeyA", "q"],
    ["German, where Z and Y have changed places", "z", "KeyY", "z"],
    ["Dvorak", "n", "KeyL", "n"],
    ["Dvorak, a sign where others have a letter", ".", "KeyE", "."],
    ["Russian", "т", "KeyN", "n"],
    ["Russian with Shift", "Т", "KeyN", "n"],
    ["Greek", "ν", "KeyN", "n"],
    ["Hebrew", "מ", "KeyN", "n"],
    ["Greek, a dead key", "Dead", "KeyN", "n"],
    ["Chinese, while characters are composed", "Process", "KeyN", "n"],
    ["German, a dead key beside the digits", "Dead", "Equal", "+"],
    ["a letter with an accent that has no letter's place", "ö", "Semicolon", "ö"],
  ])("is called by its letter: %s", (_, key, code, name) => {
    expect(nameOf({ key, code })).toBe(name);
  });

  it("keeps its name when that is no letter", () => {
    for (const key of ["Escape", "Tab", "PageUp", "F2", "Delete", "?", "+", " "]) {
      expect(nameOf({ key, code: key })).toBe(key);
    }
  });

  it.each([
    ["American", "1", "Digit1", 1],
    ["French without Shift", "&", "Digit1", 1],
    ["French with Shift", "1", "Digit1", 1],
    ["American with Shift", "!", "Digit1", 1],
    ["Czech", "+", "Digit1", 1],
    ["Persian", "۴", "Digit4", 4],
    ["the number pad", "7", "Numpad7", 7],
    ["a phone's keyboard, which names no places", "3", "", 3],
    ["the number pad as arrows", "ArrowUp", "Numpad8", null],
    ["a letter", "a", "KeyA", null],
  ])("is a digit by its place: %s", (_, key, code, digit) => {
    expect(digitOf({ key, code })).toBe(digit);
  });
});
