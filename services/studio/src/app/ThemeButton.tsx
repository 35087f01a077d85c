import { signal } from "@preact/signals";
import { IconButton } from "../widgets/IconButton";
import { remember, remembered } from "../shared/settings";
import { texts } from "../texts/texts";

type Theme = "light" | "dark";

const system: Theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
const theme = signal<Theme>(remembered<Theme>("theme", ["light", "dark"], system));

/** Puts the theme of the last visit, or the system's, on the page. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value;
}

/** Changes between light and dark. */
export function ThemeButton() {
  const other: Theme = theme.value === "dark" ? "light" : "dark";
  const { lightTheme, darkTheme } = texts.value.topBar;
  return (
    <IconButton icon={other} label={other === "light" ? lightTheme : darkTheme} onClick={() => {
      theme.value = other;
      remember("theme", other);
      applyTheme();
    }} />
  );
}
