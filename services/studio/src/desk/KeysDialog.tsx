import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { deskTexts } from "../texts/desk/texts";
import { Dialog } from "../widgets/Dialog";
import type { DeskPage } from "./DeskPage";
import { chordOf, DESK_ACTIONS, type DeskAction } from "./KeyMap";
import { printedKeyOf } from "./keyWords";

/** All keys of the desk as they are now; a press on one changes it. */
export function KeysDialog({ page, onClose }: { page: DeskPage; onClose: () => void }) {
  const changing = useSignal<DeskAction | null>(null);
  const words = deskTexts.value;
  // Not on the button: some browsers give a clicked button no focus.
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      const action = changing.peek();
      const chord = chordOf(event);
      if (!action || chord === null) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      changing.value = null;
      if (chord !== "Escape") {
        page.keys.set(action, chord === "Backspace" ? "" : chord);
      }
    };
    addEventListener("keydown", take, true);
    return () => removeEventListener("keydown", take, true);
  }, [page]);
  return (
    <Dialog title={words.keys.title} onClose={() => (changing.peek() ? (changing.value = null) : onClose())}>
      <p class="desk-none">{words.keys.hint}</p>
      <dl class="desk-keys">
        {DESK_ACTIONS.map((action) => {
          const others = page.keys.conflictsOf(action);
          const key = printedKeyOf(page, action) || words.keys.none;
          return (
            <div key={action} data-action={action} data-conflict={others.length > 0}>
              <dt>{words.actions[action]}</dt>
              <dd>
                {others.length > 0 && (
                  <span class="trouble">
                    {words.keys.conflict(others.map((other) => words.actions[other]).join(", "))}
                  </span>
                )}
                <button type="button" class="button" aria-label={words.keys.change(words.actions[action], key)}
                  aria-pressed={changing.value === action} onClick={() => (changing.value = action)}>
                  <kbd>{changing.value === action ? words.keys.waiting : key}</kbd>
                </button>
              </dd>
            </div>
          );
        })}
      </dl>
      <p class="desk-none">{words.keys.fixed}</p>
      <button type="button" class="button" onClick={() => page.keys.reset()}>{words.keys.reset}</button>
    </Dialog>
  );
}
