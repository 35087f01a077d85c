import { useSignal } from "@preact/signals";
import { deskTexts } from "../texts/desk/texts";
import { Dialog } from "../widgets/Dialog";
import type { DeskPage } from "./DeskPage";

/** The question why the picture is left out. */
export function ExcludeDialog({ page, onClose }: { page: DeskPage; onClose: () => void }) {
  const reason = useSignal("");
  const words = deskTexts.value.turn;
  return (
    <Dialog title={words.exclude} onClose={onClose}>
      <form class="desk-form" onSubmit={(event) => {
        event.preventDefault();
        onClose();
        void page.turning.exclude(reason.peek());
      }}>
        <input type="text" autofocus required maxLength={1000} aria-label={words.reason} placeholder={words.reason}
          value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
        <button type="submit" class="button primary" disabled={reason.value.trim() === ""}>{words.leaveOut}</button>
      </form>
    </Dialog>
  );
}
