import { signal } from "@preact/signals";
import { digitOf, nameOf } from "../app/keyboard";
import { recall, remember } from "../shared/settings";

/** Actions that keys call, with the keys that call them unless the person has chosen others. */
export const DEFAULT_KEYS = {
  add: "a", remove: "s", pan: "v", brush: "b", eraser: "e", polygon: "p",
  smaller: "[", larger: "]", commit: "n", accept: "Space", reject: "x", propose: "g",
  undo: "Ctrl+z", redo: "Ctrl+y", redoToo: "Ctrl+Shift+z", delete: "Delete", copy: "Ctrl+c", paste: "Ctrl+v",
  copyToNext: "c", duplicate: "Ctrl+d", fillHoles: "o", largest: "l", smooth: "m", split: "k", join: "j",
  raise: "+", lower: "-", hide: "Shift+h", peek: "h", nextObject: "PageDown", previousObject: "PageUp",
  label1: "1", label2: "2", label3: "3", label4: "4", label5: "5", label6: "6", label7: "7", label8: "8", label9: "9",
  noLabel: "0", review: "r", satisfactory: "1", unsatisfactory: "2", rejected: "3", issue: "i",
  next: "f", previous: "d", done: "Shift+f", exclude: "Shift+x", magnifier: "w", zoomIn: ".", zoomOut: ",", fit: "z",
  help: "?", keys: "Ctrl+k",
} as const;

/** Name of an action. */
export type DeskAction = keyof typeof DEFAULT_KEYS;

/** All of them. */
export const DESK_ACTIONS = Object.keys(DEFAULT_KEYS) as DeskAction[];

/** Actions that have keys in review mode only, where these have no other meaning. */
export const REVIEW_ACTIONS: ReadonlySet<DeskAction> = new Set(["satisfactory", "unsatisfactory", "rejected"]);

/** Actions whose keys are verdicts in review mode. */
const LABEL_ACTIONS: ReadonlySet<DeskAction> = new Set(
  DESK_ACTIONS.filter((action) => /^label\d$|^noLabel$/.test(action)));

const SETTING = "desk.keys";

/** Keys with their modifiers, as people write them: `Ctrl+Shift+z`, `Space`, `[`. */
export type Chord = string;

type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The chord of a key event, the same on every keyboard layout; null for a modifier alone. */
export function chordOf(event: Press): Chord | null {
  const digit = digitOf(event);
  const written = nameOf(event);
  const name = event.key === " " ? "Space" : digit !== null && !/^[?+\-[\].,]$/.test(written) ? String(digit) : written;
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock"].includes(name)) {
    return null;
  }
  // Shift is part of how a sign is written, and on some layouts Alt is.
  const isSign = name.length === 1 && !/[a-z0-9]/.test(name);
  return [
    ...(event.ctrlKey || event.metaKey ? ["Ctrl"] : []), ...(event.altKey && !isSign ? ["Alt"] : []),
    ...(event.shiftKey && !isSign ? ["Shift"] : []), name,
  ].join("+");
}

/** The keys of the desk, which a person can change; kept in the browser. */
export class KeyMap {
  /** Keys by action; an action without a key has an empty one. */
  readonly keys = signal<Readonly<Record<DeskAction, Chord>>>(read());

  /** Gives an action a key; empty for none. Other actions keep theirs: `conflictsOf` shows both. */
  set(action: DeskAction, chord: Chord): void {
    this.change({ ...this.keys.peek(), [action]: chord });
  }

  /** Gives all actions the keys that they had at first. */
  reset(): void {
    this.change({ ...DEFAULT_KEYS });
  }

  /** The other actions that have the key of an action at the same time. */
  conflictsOf(action: DeskAction): DeskAction[] {
    const keys = this.keys.value;
    return DESK_ACTIONS.filter((other) => other !== action && keys[other] !== "" && keys[other] === keys[action]
      && !isEither(action, other));
  }

  /** The action of a key; the first one where several have it. */
  actionOf(chord: Chord, isReviewing: boolean): DeskAction | undefined {
    const keys = this.keys.peek();
    const found = DESK_ACTIONS.filter((action) => keys[action] === chord);
    return isReviewing ? found.find((action) => REVIEW_ACTIONS.has(action)) ?? found[0]
      : found.find((action) => !REVIEW_ACTIONS.has(action));
  }

  private change(keys: Readonly<Record<DeskAction, Chord>>): void {
    this.keys.value = keys;
    remember(SETTING, JSON.stringify(Object.fromEntries(DESK_ACTIONS
      .filter((action) => keys[action] !== DEFAULT_KEYS[action]).map((action) => [action, keys[action]]))));
  }
}

/** True for a verdict and a label: the mode decides which of them a key is. */
function isEither(a: DeskAction, b: DeskAction): boolean {
  return (REVIEW_ACTIONS.has(a) && LABEL_ACTIONS.has(b)) || (REVIEW_ACTIONS.has(b) && LABEL_ACTIONS.has(a));
}

function read(): Record<DeskAction, Chord> {
  const keys: Record<DeskAction, Chord> = { ...DEFAULT_KEYS };
  try {
    const kept = JSON.parse(recall(SETTING) ?? "{}") as Record<string, unknown>;
    for (const action of DESK_ACTIONS) {
      const chord = kept[action];
      if (typeof chord === "string") {
        keys[action] = chord;
      }
    }
  } catch {
    // What an earlier version or somebody else has written is no map: the first keys serve.
  }
  return keys;
}
