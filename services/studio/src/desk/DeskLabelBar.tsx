import { MarkSwatch } from "../app/MarkSwatch";
import { deskTexts } from "../texts/desk/texts";
import { DESK_ACTIONS } from "./KeyMap";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** The project's labels: a click or a key gives one to the chosen objects and to new ones. */
export function DeskLabelBar({ page }: { page: DeskPage }) {
  const { desk, actions } = page;
  const words = deskTexts.value.labels;
  const choice = desk.labels.choice.value;
  const active = desk.annotator.shown.active.value;
  const chosen = active ? active.labelId : desk.labels.list.value.currentId;
  const keyFor = (index: number, hotkey: string) => {
    const action = DESK_ACTIONS.find((name) => name === `label${index + 1}`);
    return hotkey || (action ? printedKeyOf(page, action) : "");
  };
  return (
    <section class="labels" aria-label={words.title}>
      <header><h2>{words.title}</h2></header>
      {choice.length === 0
        ? <p class="hint">{words.empty}</p>
        : (
          <div class="chips" role="group" aria-label={words.title}>
            {choice.map(({ id, name, hotkey }, index) => {
              const key = keyFor(index, hotkey);
              const mark = desk.labels.list.value.labels.find((label) => label.id === id);
              return (
                <button key={id} type="button" class="chip" aria-pressed={chosen === id}
                  aria-keyshortcuts={key || undefined} onClick={() => actions.giveLabel(id)}>
                  {mark && <MarkSwatch mark={mark} />}
                  <span class="chip-name">{name}</span>
                  {key && <kbd aria-hidden="true">{key}</kbd>}
                </button>
              );
            })}
            <button type="button" class="chip" aria-pressed={chosen === null} onClick={() => actions.giveLabel(null)}>
              <span class="chip-name">{words.none}</span>
              <kbd aria-hidden="true">{printedKeyOf(page, "noLabel")}</kbd>
            </button>
          </div>
        )}
    </section>
  );
}
