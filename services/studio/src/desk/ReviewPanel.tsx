import { VerdictKind } from "segmentation-client/projects";
import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** Verdicts on the active object, for those who may judge. */
export function ReviewPanel({ page }: { page: DeskPage }) {
  const { reviewing } = page;
  const words = deskTexts.value.review;
  if (!reviewing.mayJudge.value) {
    return null;
  }
  const buttons = [
    ["satisfactory", VerdictKind.SATISFACTORY], ["unsatisfactory", VerdictKind.UNSATISFACTORY],
    ["rejected", VerdictKind.REJECTED],
  ] as const;
  return (
    <section class="panel desk-panel" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <label class="desk-check">
          <input type="checkbox" checked={reviewing.isOn.value}
            onChange={({ currentTarget }) => (reviewing.isOn.value = currentTarget.checked)} />
          <span>{texts.value.common.withKey(words.on, printedKeyOf(page, "review"))}</span>
        </label>
      </header>
      {reviewing.isOn.value && (
        <div class="desk-body">
          <label class="desk-field">
            <span>{words.note}</span>
            <input type="text" maxLength={2000} value={reviewing.note.value}
              onInput={({ currentTarget }) => (reviewing.note.value = currentTarget.value)} />
          </label>
          <div class="desk-buttons">
            {buttons.map(([name, kind]) => (
              <button key={name} type="button" class="button" onClick={() => reviewing.judge(kind)}>
                {words[name]} <kbd>{printedKeyOf(page, name)}</kbd>
              </button>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}
