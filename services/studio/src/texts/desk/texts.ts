import { computed } from "@preact/signals";
import { language } from "../texts";
import { DESK_DICTIONARIES } from "./dictionaries";

/** Texts of the desk in the page's language. They are loaded with the desk, and not with the studio for a single picture. */
export const deskTexts = computed(() => DESK_DICTIONARIES[language.value]);
