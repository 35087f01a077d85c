import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Check } from "../projects/Check";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { useSending } from "../projects/Sending";
import { words } from "../texts/projects/texts";
import { ArchiveProgress } from "./ArchiveProgress";
import { ArchiveUpload } from "./ArchiveUpload";
import { IMPORT_FORMATS } from "./formats";

interface ImportFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly onStarted: () => void;
}

/** Sends an archive of annotations, and starts its import. */
export function ImportForm({ pages, open, onStarted }: ImportFormProps) {
  const format = useSignal<string>("");
  const file = useSignal<File | null>(null);
  const onlyKnown = useSignal(false);
  const asProposals = useSignal(false);
  const sending = useSending();
  const requests = useRequestIds();
  const upload = useMemo(() => new ArchiveUpload(pages.client, open.id), [open.id]);
  const text = words.value.transfers;
  useEffect(() => () => upload.cancel(), [upload]);
  const start = async () => {
    const chosen = file.value!;
    const request = {
      project: open.id,
      upload: await upload.send(chosen),
      format: format.value,
      onlyKnownPictures: onlyKnown.value,
      asProposals: asProposals.value,
    };
    await pages.client.transfers.startImport({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    upload.forget(chosen);
    onStarted();
  };
  return (
    <section aria-labelledby="import-title">
      <h2 id="import-title">{text.import}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(start);
        }}
      >
        <Field label={text.file} hint={text.fileHint} problem={sending.problemOf("upload")}>
          {(own) => (
            <input
              {...own}
              type="file"
              required
              accept=".zip,.tar,.gz,.tgz,.json,.xml,.geojson"
              onChange={({ currentTarget }) => (file.value = currentTarget.files?.[0] ?? null)}
            />
          )}
        </Field>
        <Field label={text.format} problem={sending.problemOf("format")}>
          {(own) => (
            <Choice
              attributes={own}
              value={format.value}
              onChange={(value) => (format.value = value)}
              options={[["", text.findOut], ["pictures", text.picturesOnly], ...IMPORT_FORMATS]}
            />
          )}
        </Field>
        <Check value={onlyKnown}>{text.onlyKnown}</Check>
        <Check value={asProposals}>{text.asProposals}</Check>
        <ArchiveProgress upload={upload} size={file.value?.size ?? 0} />
        <Failure error={isAbort(sending.error.value) ? undefined : sending.otherThan(["upload", "format"])} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || !file.value}>
            {text.startImport}
          </button>
        </div>
      </form>
    </section>
  );
}

/** True for what a person gave up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
