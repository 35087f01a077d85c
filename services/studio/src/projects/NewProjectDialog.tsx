import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { goTo } from "../routing/router";
import { toProject } from "../routing/routes";
import { uuidv7 } from "../shared/uuid";
import { words } from "../texts/projects/texts";
import { Dialog } from "../widgets/Dialog";
import type { PagesContext } from "./PagesContext";
import { namesIn } from "./namesIn";
import { Failure, Field } from "./parts";
import { useSending } from "./Sending";

/** Creates a project. */
export function NewProjectDialog({ pages, onClose }: { pages: PagesContext; onClose: () => void }) {
  const name = useSignal("");
  const labels = useSignal("");
  const sending = useSending();
  // The same for every try: a request whose answer was lost creates nothing twice.
  const id = useMemo(() => uuidv7(), []);
  const text = words.value.projects;
  const create = () => pages.client.projects.createProject({
    project: { id, name: name.value.trim() }, labels: namesIn(labels.value),
  });
  return (
    <Dialog title={text.create} onClose={onClose}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void sending.send(create).then((isDone) => isDone && goTo(toProject(id)));
      }}>
        <Field label={text.name} problem={sending.problemOf("name")}>
          {(attributes) => (
            <input {...attributes} type="text" autofocus required maxLength={200} value={name.value}
              onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
          )}
        </Field>
        <Field label={text.labels} hint={text.labelsHint(namesIn(labels.value).length)}
          problem={sending.problemOf("labels")}>
          {(attributes) => (
            <textarea {...attributes} rows={6} value={labels.value} placeholder={text.labelsExample}
              onInput={({ currentTarget }) => (labels.value = currentTarget.value)} />
          )}
        </Field>
        <Failure error={sending.otherThan(["name", "labels"])} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || name.value.trim() === ""}>
            {text.create}
          </button>
          <button type="button" class="button bordered" onClick={onClose}>{words.value.common.cancel}</button>
        </div>
      </form>
    </Dialog>
  );
}
