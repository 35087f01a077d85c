import { useSignal } from "@preact/signals";
import type { Project } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { Dialog } from "../widgets/Dialog";
import type { PagesContext } from "./PagesContext";
import { Failure, Field } from "./parts";
import { useSending } from "./Sending";

/** Properties of the dialog. */
export interface RenameDialogProps {
  readonly pages: PagesContext;
  readonly project: Project;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Changes name and description of a project. */
export function RenameDialog({ pages, project, onClose, onDone }: RenameDialogProps) {
  const name = useSignal(project.name);
  const description = useSignal(project.description);
  const sending = useSending();
  const text = words.value.projects;
  const rename = () => pages.client.projects.updateProject({
    project: { id: project.id, name: name.value.trim(), description: description.value, revision: project.revision },
    updateMask: { paths: ["name", "description"] },
  });
  return (
    <Dialog title={text.rename} onClose={onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void sending.send(rename).then((isDone) => isDone && onDone());
      }}>
        <Field label={text.name} problem={sending.problemOf("name")}>
          {(attributes) => (
            <input {...attributes} type="text" required maxLength={200} value={name.value}
              onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
          )}
        </Field>
        <Field label={text.description} problem={sending.problemOf("description")}>
          {(attributes) => (
            <textarea {...attributes} rows={4} maxLength={10_000} value={description.value}
              onInput={({ currentTarget }) => (description.value = currentTarget.value)} />
          )}
        </Field>
        <Failure error={sending.otherThan(["name", "description"])} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || name.value.trim() === ""}>
            {words.value.common.save}
          </button>
          <button type="button" class="button bordered" onClick={onClose}>{words.value.common.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}
