import { DICTIONARIES, type Language, LANGUAGES } from "../texts/dictionaries";
import { chooseLanguage, language, texts } from "../texts/texts";

/** Changes the page's language; each is named in itself. */
export function LanguagePicker() {
  return (
    <select
      class="language"
      aria-label={texts.value.topBar.language}
      value={language.value}
      onChange={({ currentTarget }) => chooseLanguage(currentTarget.value as Language)}
    >
      {LANGUAGES.map((tag) => <option key={tag} value={tag} lang={tag}>{DICTIONARIES[tag].name}</option>)}
    </select>
  );
}
