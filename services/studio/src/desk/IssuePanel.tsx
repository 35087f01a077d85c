import { useSignal } from "@preact/signals";
import type { Issue } from "segmentation-client/projects";
import { deskTexts } from "../texts/desk/texts";
import type { DeskPage } from "./DeskPage";
import { printedKeyOf } from "./keyWords";

/** Issues of the picture, and the form of a new one. */
export function IssuePanel({ page }: { page: DeskPage }) {
  const { reviewing, desk } = page;
  const words = deskTexts.value.issues;
  const issues = reviewing.issues.value;
  const pin = reviewing.pin.value;
  return (
    <section class="panel desk-panel" aria-label={words.title}>
      <header>
        <h2>{words.title} <span class="count">{issues.filter(({ resolved }) => !resolved).length}</span></h2>
        <button type="button" class="button" disabled={desk.state.value !== "ready"} title={printedKeyOf(page, "issue")}
          onClick={() => page.pinAtPointer()}>{words.new}</button>
      </header>
      <div class="desk-body">
        {pin && (
          <TextForm label={words.text} onSend={(text) => reviewing.write(text)}
            onCancel={() => (reviewing.pin.value = null)} />
        )}
        {issues.length === 0 && !pin ? <p class="desk-none">{words.none}</p> : (
          <ul class="desk-issues">{issues.map((issue) => <IssueItem key={issue.id} page={page} issue={issue} />)}</ul>
        )}
      </div>
    </section>
  );
}

function IssueItem({ page: { reviewing }, issue }: { page: DeskPage; issue: Issue }) {
  const words = deskTexts.value.issues;
  return (
    <li data-resolved={issue.resolved}>
      <p class="desk-none">{issue.resolved ? words.resolved : words.at(issue.x, issue.y)}</p>
      {issue.comments.map(({ id, author, text }) => <p key={id}><b>{author}</b> {text}</p>)}
      {!issue.resolved && <TextForm label={words.comment} onSend={(text) => reviewing.write(text, issue)} />}
      <button type="button" class="button" onClick={() => void reviewing.resolve(issue)}>
        {issue.resolved ? words.reopen : words.resolve}
      </button>
    </li>
  );
}

interface TextFormProps {
  readonly label: string;
  /** Sends the text; with false the text stays in the form. */
  readonly onSend: (text: string) => Promise<boolean>;
  readonly onCancel?: () => void;
}

function TextForm({ label, onSend, onCancel }: TextFormProps) {
  const text = useSignal("");
  const words = deskTexts.value.issues;
  return (
    <form class="desk-form" onSubmit={(event) => {
      event.preventDefault();
      const sent = text.peek();
      void onSend(sent).then((isSent) => {
        if (isSent && text.peek() === sent) {
          text.value = "";
        }
      });
    }}>
      <input type="text" aria-label={label} placeholder={label} maxLength={4000} value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)} />
      <button type="submit" class="button" disabled={text.value.trim() === ""}>{words.send}</button>
      {onCancel && <button type="button" class="button" onClick={onCancel}>{words.cancel}</button>}
    </form>
  );
}
