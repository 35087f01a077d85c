import { deskTexts } from "../texts/desk/texts";
import type { DeskPage } from "./DeskPage";

/** Says what the server does not have yet, and why; a button that opens the journal. */
export function JournalBadge({ page }: { page: DeskPage }) {
  const { journal, lease, isReadOnly } = page.desk;
  const words = deskTexts.value;
  const unsent = journal.unsent.value;
  const decisions = journal.troubled.value.length;
  const trouble = journal.sender.trouble.value ?? (page.desk.isAway.value ? "offline" : null);
  const other = lease.other.value;
  const said = trouble === "signedOut" ? words.state.signedOut(unsent)
    : trouble === "offline" ? (unsent > 0 ? words.state.offline(unsent) : words.state.away)
      : trouble === "held" ? words.state.held(unsent)
        : unsent > 0 ? words.state.unsent(unsent) : words.state.saved;
  return (
    <div class="desk-state">
      {isReadOnly.value && other && (
        <span class="desk-held" role="status">
          {other.subject === page.access.state.value?.person?.subject
            ? words.heldElsewhere : words.heldBy(other.subject)}
          <button type="button" class="button"
            onClick={() => void lease.takeOver().catch((error: unknown) => page.desk.trouble(error))}>
            {words.takeOver}
          </button>
        </span>
      )}
      {!journal.isStored.value && <span class="trouble" role="alert">{words.state.unstored}</span>}
      <button
        type="button"
        class="button desk-badge"
        data-state={decisions > 0 ? "decisions" : trouble ?? (unsent > 0 ? "unsent" : "saved")}
        data-unsent={unsent}
        aria-busy={!journal.isWritten.value}
        title={words.state.show}
        onClick={() => (page.panel.value = "journal")}
      >
        <i aria-hidden="true" />
        <span role="status">{decisions > 0 ? `${said}, ${words.state.decisions(decisions)}` : said}</span>
      </button>
    </div>
  );
}
