import { keyNameOf } from "../texts/texts";
import type { DeskAction } from "./KeyMap";
import type { DeskPage } from "./DeskPage";

/** The present key of an action as `aria-keyshortcuts` has it. */
export function keyOf(page: DeskPage, action: DeskAction): string {
  return page.keys.keys.value[action].replace("Ctrl", "Control")
    .replace(/(^|\+)([a-z])$/, (_, before: string, letter: string) => `${before}${letter.toUpperCase()}`);
}

/** The present key of an action as it is printed on keyboards; empty where it has none. */
export function printedKeyOf(page: DeskPage, action: DeskAction): string {
  return keyNameOf(keyOf(page, action));
}
