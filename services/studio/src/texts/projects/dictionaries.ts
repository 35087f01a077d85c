import type { Language } from "../dictionaries";
import { de } from "./de";
import { en, type ProjectTexts } from "./en";
import { ru } from "./ru";
import { zh } from "./zh";

/** Every language's texts of the pages of projects. */
export const PROJECT_DICTIONARIES = { en, de, ru, "zh-Hans": zh } satisfies Record<Language, ProjectTexts>;
