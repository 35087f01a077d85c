import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chordOf, DEFAULT_KEYS, DESK_ACTIONS, KeyMap } from "../../src/desk/KeyMap";

const NO_MODIFIER = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value),
  });
});

afterEach(() => vi.unstubAllGlobals());

describe("a key", () => {
  it.each([
    ["a letter", { key: "b", code: "KeyB" }, "b"],
    ["a Cyrillic letter at its place", { key: "и", code: "KeyB" }, "b"],
    ["a letter of another layout", { key: "a", code: "KeyQ" }, "a"],
    ["a capital letter", { key: "H", code: "KeyH", shiftKey: true }, "Shift+h"],
    ["with Control", { key: "z", code: "KeyZ", ctrlKey: true }, "Ctrl+z"],
    ["with Command", { key: "z", code: "KeyZ", metaKey: true, shiftKey: true }, "Ctrl+Shift+z"],
    ["a French digit", { key: "&", code: "Digit1" }, "1"],
    ["of the number pad", { key: "3", code: "Numpad3" }, "3"],
    ["Space", { key: " ", code: "Space" }, "Space"],
    ["a sign that Shift writes", { key: "+", code: "Equal", shiftKey: true }, "+"],
    ["a sign on a digit's place", { key: "?", code: "Digit4", shiftKey: true }, "?"],
    ["a bracket that AltGr writes", { key: "[", code: "Digit8", ctrlKey: false, altKey: true }, "["],
    ["Delete", { key: "Delete", code: "Delete" }, "Delete"],
  ])("is named the same everywhere: %s", (_, event, chord) => {
    expect(chordOf({ ...NO_MODIFIER, ...event })).toBe(chord);
  });

  it("that is a modifier alone is none", () => {
    expect(chordOf({ ...NO_MODIFIER, key: "Shift", code: "ShiftLeft", shiftKey: true })).toBeNull();
  });
});

describe("the keys of the desk", () => {
  it("are one for each action at first, but for verdicts, which are digits in review mode", () => {
    const map = new KeyMap();

    expect(DESK_ACTIONS.filter((action) => map.conflictsOf(action).length > 0)).toEqual([]);
    expect(map.actionOf("1", false)).toBe("label1");
    expect(map.actionOf("1", true)).toBe("satisfactory");
    expect(map.actionOf("4", true)).toBe("label4");
    expect(map.actionOf("Space", false)).toBe("accept");
    expect(map.actionOf("q", false)).toBeUndefined();
  });

  it("can be changed, say which others they are, are there at the next visit, and go back", () => {
    const map = new KeyMap();
    map.set("brush", "e");
    expect(map.conflictsOf("brush")).toEqual(["eraser"]);
    expect(map.conflictsOf("eraser")).toEqual(["brush"]);
    map.set("eraser", "");
    expect(map.conflictsOf("brush")).toEqual([]);

    const next = new KeyMap();
    expect(next.actionOf("e", false)).toBe("brush");
    expect(next.actionOf("b", false)).toBeUndefined();
    expect(next.keys.value.eraser).toBe("");
    next.reset();
    expect(new KeyMap().keys.value).toEqual(DEFAULT_KEYS);
  });

  it("are the first ones where something else was kept", () => {
    kept.set("segmentation-studio.desk.keys", "[]{");
    expect(new KeyMap().keys.value).toEqual(DEFAULT_KEYS);
    kept.set("segmentation-studio.desk.keys", JSON.stringify({ brush: 7, unknown: "x" }));
    expect(new KeyMap().keys.value).toEqual(DEFAULT_KEYS);
  });
});
