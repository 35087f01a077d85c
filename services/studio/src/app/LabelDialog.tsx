import { useState } from "preact/hooks";
import { describeLabel, isFree, type Label, UNLABELLED } from "../annotation/labels";
import { Dialog } from "../widgets/Dialog";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import { addNewLabel, keepLabels, takeLabel, usesOf } from "./labelling";
import { MarkSwatch } from "./MarkSwatch";
import type { Studio } from "./Studio";

/** Adds, renames, recolours and removes labels; asks before it removes a label that is used. */
export function LabelDialog({ studio, onClose }: { studio: Studio; onClose: () => void }) {
  const [name, setName] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const [asked, setAsked] = useState<number | null>(null);
  const words = texts.value.labels;
  const { labels } = studio.labels.list.value;
  const remove = (id: number) => {
    setAsked(null);
    takeLabel(studio, id);
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div class="label-editor">
        {labels.length === 0 && <p class="hint">{words.hint}</p>}
        <ul>
          {labels.map((label) => (
            <li key={label.id} class="label-row">
              <MarkSwatch mark={label} name={words.colourOf(label.name)} onChange={(colour) => {
                keepLabels(studio, describeLabel(studio.labels.list.value, label.id, { colour }));
              }} />
              <LabelName studio={studio} label={label} onRefused={setRefused} />
              <IconButton icon="delete" label={words.remove(label.name)}
                onClick={() => (usesOf(studio, label.id) > 0 ? setAsked(label.id) : remove(label.id))} />
              {asked === label.id && (
                <div class="label-question" role="alert">
                  <p>{words.used(label.name, usesOf(studio, label.id))}</p>
                  <button type="button" class="button" onClick={() => remove(label.id)}>{words.removeUsed}</button>
                  <button type="button" class="button" onClick={() => setAsked(null)}>{words.keep}</button>
                </div>
              )}
            </li>
          ))}
        </ul>
        <form
          class="label-row"
          onSubmit={(event) => {
            event.preventDefault();
            const added = addNewLabel(studio, name);
            setRefused(added ? null : name);
            setName(added ? "" : name);
          }}
        >
          <input class="label-name" aria-label={words.newName} placeholder={words.newName} value={name}
            autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)} />
          <button type="submit" class="button primary" disabled={name.trim() === ""}>{words.add}</button>
        </form>
        <p class="trouble" role="alert">{refused !== null && words.notFree(refused.trim(), UNLABELLED.name)}</p>
      </div>
    </Dialog>
  );
}

interface LabelNameProps {
  readonly studio: Studio;
  readonly label: Label;
  /** Receives a name that a label cannot have, and null when a name was accepted. */
  readonly onRefused: (name: string | null) => void;
}

function LabelName({ studio, label, onRefused }: LabelNameProps) {
  return (
    <input
      class="label-name"
      aria-label={texts.value.labels.nameOf(label.name)}
      value={label.name}
      autocomplete="off"
      onChange={({ currentTarget }) => {
        const { value } = currentTarget;
        const list = studio.labels.list.value;
        const free = isFree(list, value, label.id);
        onRefused(free ? null : value);
        if (free) {
          keepLabels(studio, describeLabel(list, label.id, { name: value }));
        }
        currentTarget.value = free ? value.trim() : label.name;
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && event.currentTarget.value !== label.name) {
          // Cancels the name and leaves the dialog open.
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.value = label.name;
        }
      }}
    />
  );
}
