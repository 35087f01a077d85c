import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../texts/texts";
import { IconButton } from "./IconButton";

/** Properties of a dialog. */
export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * A modal dialog: the browser keeps the focus inside, Escape closes it. It is on the page exactly as long as the page
 * takes it for open: a dialog that closed itself and told later would swallow the key that opens it again.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // Gives the focus back to the element that had it.
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // This event comes a task later, when this dialog may have gone and another one may be open.
      onClose={() => element.current && onClose()}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="dialog-body">
        <div class="dialog-header">
          <h2>{title}</h2>
          <IconButton icon="close" label={texts.value.common.close} onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
