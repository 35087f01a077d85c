import { de } from "./de";
import { en, type Texts } from "./en";
import { ru } from "./ru";
import { zh } from "./zh";

/** Every language's texts, by the language's BCP 47 tag. A language is added here, and nowhere else. */
export const DICTIONARIES = { en, de, ru, "zh-Hans": zh } satisfies Record<string, Texts>;

/** A language that the studio speaks. */
export type Language = keyof typeof DICTIONARIES;

/** All of them. */
export const LANGUAGES = Object.keys(DICTIONARIES) as Language[];
