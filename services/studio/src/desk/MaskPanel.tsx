import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import type { DeskAction } from "./KeyMap";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** Buttons that change the masks of the chosen objects. */
export function MaskPanel({ page }: { page: DeskPage }) {
  const { desk, actions } = page;
  const words = deskTexts.value.work;
  const isOff = desk.isReadOnly.value || desk.annotator.shown.active.value === undefined;
  const buttons: readonly (readonly [keyof typeof words & DeskAction, () => void])[] = [
    ["fillHoles", () => actions.fillHoles()], ["largest", () => actions.keepLargest()],
    ["smooth", () => actions.smooth()],
    ["split", () => actions.split()], ["join", () => actions.join()], ["duplicate", () => actions.duplicate()],
    ["raise", () => actions.lift(1)], ["lower", () => actions.lift(-1)], ["copyToNext", () => void page.copyToNext()],
  ];
  return (
    <section class="panel desk-panel" aria-label={words.title}>
      <header><h2>{words.title}</h2></header>
      <div class="desk-body desk-buttons">
        {buttons.map(([name, run]) => (
          <button key={name} type="button" class="button" disabled={isOff && name !== "copyToNext"} onClick={run}
            title={texts.value.common.withKey(words[name], printedKeyOf(page, name))}>
            {words[name]}
          </button>
        ))}
      </div>
    </section>
  );
}
