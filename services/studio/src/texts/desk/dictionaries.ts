import type { Language } from "../dictionaries";
import { desk as de } from "./de";
import { desk as en } from "./en";
import { desk as ru } from "./ru";
import { desk as zh } from "./zh";

/** Every language's texts of the desk. */
export const DESK_DICTIONARIES = { en, de, ru, "zh-Hans": zh } satisfies Record<Language, typeof en>;
