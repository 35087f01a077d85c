import type { Signal } from "@preact/signals";
import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** Brightness, contrast and the magnifier. They change the view, and not the picture. */
export function LookPanel({ page }: { page: DeskPage }) {
  const { brightness, contrast, magnifies } = page.desk.drawing;
  const words = deskTexts.value.look;
  const slider = (label: string, value: Signal<number>) => (
    <label class="desk-field">
      <span>{label}</span>
      <input type="range" min={0.2} max={3} step={0.05} value={value.value}
        onInput={({ currentTarget }) => (value.value = Number(currentTarget.value))} />
    </label>
  );
  return (
    <section class="panel desk-panel" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <button type="button" class="button" disabled={brightness.value === 1 && contrast.value === 1}
          onClick={() => (brightness.value = contrast.value = 1)}>{words.reset}</button>
      </header>
      <div class="desk-body">
        {slider(words.brightness, brightness)}
        {slider(words.contrast, contrast)}
        <label class="desk-field">
          <span>{texts.value.common.withKey(words.magnifier, printedKeyOf(page, "magnifier"))}</span>
          <input type="checkbox" checked={magnifies.value}
            onChange={({ currentTarget }) => (magnifies.value = currentTarget.checked)} />
        </label>
      </div>
    </section>
  );
}
