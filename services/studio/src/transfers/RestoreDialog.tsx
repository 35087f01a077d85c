import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Transfer, TransferState } from "segmentation-client/projects";
import type { PagesContext } from "../projects/PagesContext";
import { Bar, Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { useSending } from "../projects/Sending";
import { watching } from "../projects/watching";
import { goTo } from "../routing/router";
import { toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";
import { Dialog } from "../widgets/Dialog";
import { ArchiveProgress } from "./ArchiveProgress";
import { ArchiveUpload } from "./ArchiveUpload";
import { isAbort } from "./ImportForm";

/** The project under which the backup of a new project is uploaded. */
const RESTORE = "restore";

/** Makes a project of a backup, and goes there. */
export function RestoreDialog({ pages, onClose }: { pages: PagesContext; onClose: () => void }) {
  const file = useSignal<File | null>(null);
  const name = useSignal("");
  const transfer = useSignal<Transfer | null>(null);
  const sending = useSending();
  const requests = useRequestIds();
  const upload = useMemo(() => new ArchiveUpload(pages.client, RESTORE), []);
  const text = words.value.transfers;
  const started = transfer.value;
  useEffect(() => () => upload.cancel(), [upload]);
  useEffect(() => {
    if (!started) {
      return undefined;
    }
    const ending = new AbortController();
    void watching(
      (signal) => pages.client.transfers.watchTransfer({ project: started.project, transfer: started.id }, { signal }),
      (news) => (transfer.value = news),
      ending.signal,
    );
    return () => ending.abort();
  }, [started?.id]);
  useEffect(() => {
    if (started?.state === TransferState.DONE) {
      goTo(toProject(started.project));
    }
  }, [started?.state]);
  const restore = async () => {
    const chosen = file.value!;
    const request = { upload: await upload.send(chosen), name: name.value.trim() };
    transfer.value = await pages.client.transfers.restoreProject({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    upload.forget(chosen);
  };
  const isRunning = started?.state === TransferState.RUNNING;
  return (
    <Dialog title={words.value.projects.fromBackup} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(restore);
        }}
      >
        <Field label={text.backupFile} problem={sending.problemOf("upload")}>
          {(own) => (
            <input
              {...own}
              type="file"
              required
              onChange={({ currentTarget }) => (file.value = currentTarget.files?.[0] ?? null)}
            />
          )}
        </Field>
        <Field label={words.value.projects.name} hint={text.nameOfBackup} problem={sending.problemOf("name")}>
          {(own) => (
            <input
              {...own}
              type="text"
              maxLength={200}
              value={name.value}
              onInput={({ currentTarget }) => (name.value = currentTarget.value)}
            />
          )}
        </Field>
        <ArchiveProgress upload={upload} size={file.value?.size ?? 0} />
        {isRunning && (
          <Bar label={text.kinds[started.kind]} done={Number(started.doneCount)} total={Number(started.itemCount)} />
        )}
        {started?.reason && (
          <p class="trouble" role="alert">
            {started.reason}
          </p>
        )}
        <Failure error={isAbort(sending.error.value) ? undefined : sending.otherThan(["upload", "name"])} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || isRunning || !file.value}>
            {text.restore}
          </button>
          <button type="button" class="button bordered" onClick={onClose}>
            {words.value.common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
