import type { ComponentChildren } from "preact";
import { words } from "../texts/projects/texts";
import { Dialog } from "../widgets/Dialog";
import { Failure } from "./parts";
import { useSending } from "./Sending";

/** Properties of a question. */
export interface ConfirmDialogProps {
  readonly title: string;
  /** Name of what is done. */
  readonly action: string;
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Is called after it was done. */
  readonly onDone: () => void;
  readonly isDisabled?: boolean;
  readonly children: ComponentChildren;
}

/** Asks before something is done, and says why it could not be done. */
export function ConfirmDialog({ title, action, run, onClose, onDone, isDisabled, children }: ConfirmDialogProps) {
  const sending = useSending();
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void sending.send(run).then((isDone) => isDone && onDone());
      }}>
        {children}
        <Failure error={sending.error.value} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || isDisabled}>{action}</button>
          <button type="button" class="button bordered" onClick={onClose}>{words.value.common.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}
