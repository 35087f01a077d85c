import type { Label } from "../annotation/labels";
import { labelOf } from "../annotation/labels";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import { giveLabel } from "./labelling";
import { MarkSwatch } from "./MarkSwatch";
import type { Studio } from "./Studio";

/** Labels that have a digit for a key. */
const DIGITS = 9;

/** All labels: a click gives one to the active object and to later ones. */
export function LabelBar({ studio, onEdit }: { studio: Studio; onEdit: () => void }) {
  const list = studio.labels.list.value;
  const active = studio.editor.shown.active.value;
  const words = texts.value.labels;
  const chosen = labelOf(list, active ? active.labelId : list.currentId);
  const chip = (label: Label | undefined, index: number) => (
    <button key={label?.id ?? 0} type="button" class="chip" aria-pressed={chosen === label}
      aria-keyshortcuts={label && index < DIGITS ? String(index + 1) : undefined}
      onClick={() => giveLabel(studio, label?.id ?? null)}>
      {label && <MarkSwatch mark={label} />}
      <span class="chip-name">{label?.name ?? words.none}</span>
      {label && index < DIGITS && <kbd aria-hidden="true">{index + 1}</kbd>}
    </button>
  );
  return (
    <section class="labels" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <IconButton icon="edit" label={words.edit} shortcut="L" onClick={onEdit} />
      </header>
      {list.labels.length === 0
        ? <p class="hint">{words.hint}</p>
        : (
          <div class="chips" role="group" aria-label={active ? words.of(active.name) : words.ofNew}>
            {list.labels.map(chip)}
            {chip(undefined, DIGITS)}
          </div>
        )}
    </section>
  );
}
