import { useSignal } from "@preact/signals";
import { maskOf } from "../annotation/types";
import { deskTexts } from "../texts/desk/texts";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** The machine's proposals: accept or reject one after the other, or all above a score, and ask for more. */
export function ProposalPanel({ page }: { page: DeskPage }) {
  const { desk, proposals } = page;
  const limit = useSignal(0.9);
  const words = deskTexts.value.proposals;
  const all = proposals.all.value;
  const above = all.filter((object) => (maskOf(object)?.predictedIou ?? 0) >= limit.value).length;
  const isRunning = proposals.run.value !== null;
  return (
    <section class="panel desk-panel" aria-label={words.title}>
      <header>
        <h2>{words.title} <span class="count">{all.length}</span></h2>
        <button type="button" class="button"
          disabled={isRunning || desk.state.value !== "ready" || desk.isReadOnly.value}
          title={printedKeyOf(page, "propose")} onClick={() => void proposals.propose()}>
          {isRunning ? words.running : words.propose}
        </button>
      </header>
      {all.length > 0 && (
        <div class="desk-body">
          <div class="desk-buttons">
            <button type="button" class="button" onClick={() => proposals.accept()}>
              {words.accept} <kbd>{printedKeyOf(page, "accept")}</kbd>
            </button>
            <button type="button" class="button" onClick={() => proposals.reject()}>
              {words.reject} <kbd>{printedKeyOf(page, "reject")}</kbd>
            </button>
          </div>
          <label class="desk-field">
            <span>{words.limit}</span>
            <input type="number" min={0} max={1} step={0.01} value={limit.value}
              onInput={({ currentTarget }) => (limit.value = Number(currentTarget.value))} />
          </label>
          <div class="desk-buttons">
            <button type="button" class="button" disabled={above === 0}
              onClick={() => proposals.decideAbove(limit.peek(), "active")}>{words.acceptAll(above)}</button>
            <button type="button" class="button" disabled={above === 0}
              onClick={() => proposals.decideAbove(limit.peek(), "rejected")}>{words.rejectAll(above)}</button>
          </div>
        </div>
      )}
    </section>
  );
}
