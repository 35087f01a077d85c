import { useSignal } from "@preact/signals";
import { Check } from "../projects/Check";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Failure } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { useSending } from "../projects/Sending";
import { words } from "../texts/projects/texts";

interface BackupFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly onStarted: () => void;
}

/** Starts a backup. */
export function BackupForm({ pages, open, onStarted }: BackupFormProps) {
  const includePictures = useSignal(true);
  const sending = useSending();
  const requests = useRequestIds();
  const text = words.value.transfers;
  const start = async () => {
    const request = { project: open.id, includePictures: includePictures.value };
    await pages.client.transfers.startBackup({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    onStarted();
  };
  return (
    <section aria-labelledby="backup-title">
      <h2 id="backup-title">{text.backup}</h2>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        void sending.send(start);
      }}>
        <p class="muted">{text.backupHint}</p>
        <Check value={includePictures}>{text.withPictures}</Check>
        <Failure error={sending.error.value} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value}>{text.startBackup}</button>
        </div>
      </form>
    </section>
  );
}
