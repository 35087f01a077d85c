import { computed, effect, signal } from "@preact/signals";
import { remember, remembered } from "../shared/settings";
import { DICTIONARIES, type Language, LANGUAGES } from "./dictionaries";
import type { Texts } from "./en";

/** The language of the page. */
export const language = signal<Language>("en");

/** All texts of the page in its language; a component that reads them is rendered again when the language changes. */
export const texts = computed<Texts>(() => DICTIONARIES[language.value]);

/** Sets the language of the last visit, or the first that the browser asks for. */
export function applyLanguage(): void {
  language.value = remembered("language", LANGUAGES, preferredOf(navigator.languages));
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = texts.value.page.title;
    document.querySelector<HTMLMetaElement>("meta[name=description]")!.content = texts.value.page.description;
  });
}

/** Sets the language of the page, also for later visits. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember("language", chosen);
}

/** A shortcut as `aria-keyshortcuts` has it, with the keys as they are printed on keyboards. */
export function keyNameOf(shortcut: string): string {
  const { control, shift, backspace } = texts.value.keyNames;
  return shortcut.replace("Control", control).replace("Shift", shift).replace("Backspace", backspace);
}

/** The first language of a list of BCP 47 tags that the studio speaks; English when there is none. */
export function preferredOf(tags: readonly string[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((language) => primaryOf(language) === primaryOf(tag));
    if (found) {
      return found;
    }
  }
  return "en";
}

function primaryOf(tag: string): string {
  return tag.split("-")[0].toLowerCase();
}
