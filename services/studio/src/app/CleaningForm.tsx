import { useState } from "preact/hooks";
import { maskOf } from "../annotation/types";
import { texts } from "../texts/texts";
import { clean, type Dirt } from "./cleaning";
import type { Studio } from "./Studio";

/** Limit in pixels by which the masks of SA-1B were cleaned. */
const PIXELS = 100;

/** Removes specks and fills holes of the active object. */
export function CleaningForm({ studio }: { studio: Studio }) {
  const [pixels, setPixels] = useState(PIXELS);
  const active = studio.editor.shown.active.value;
  const words = texts.value.cleaning;
  if (!active?.answered || !maskOf(active)) {
    return null;
  }
  const button = (dirt: Dirt) => (
    <button type="button" class="button" disabled={!(pixels >= 1)} onClick={() => clean(studio, dirt, pixels)}>
      {words[dirt]}
    </button>
  );
  return (
    <details class="cleaning">
      <summary>{words.title}</summary>
      <label class="field">
        <span>{words.below}</span>
        <input type="number" min={1} step={1} value={pixels}
          onInput={({ currentTarget }) => setPixels(currentTarget.valueAsNumber)} />
      </label>
      <div class="panel-actions">{button("specks")}{button("holes")}</div>
    </details>
  );
}
