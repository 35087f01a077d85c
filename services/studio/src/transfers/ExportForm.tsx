import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Check } from "../projects/Check";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { useSending } from "../projects/Sending";
import { isEmpty, readFilter } from "../routing/filters";
import { toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";
import { EXPORT_FORMATS } from "./formats";

interface ExportFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly query: URLSearchParams;
  readonly onStarted: () => void;
}

/** Starts an export: of all pictures, or of the filter that the address names. */
export function ExportForm({ pages, open, query, onStarted }: ExportFormProps) {
  const format = useSignal<string>("coco");
  const includePictures = useSignal(false);
  const includeProposals = useSignal(false);
  const requests = useRequestIds();
  const sending = useSending();
  const address = query.toString();
  const filter = useMemo(() => readFilter(query), [address]);
  const text = words.value.transfers;
  const start = async () => {
    const request = {
      project: open.id,
      format: format.value,
      ...(isEmpty(filter) ? {} : { filter }),
      includePictures: includePictures.value,
      includeProposals: includeProposals.value,
    };
    await pages.client.transfers.startExport({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    onStarted();
  };
  return (
    <section aria-labelledby="export-title">
      <h2 id="export-title">{text.export}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(start);
        }}
      >
        <Field label={text.format} problem={sending.problemOf("format")}>
          {(own) => (
            <Choice
              attributes={own}
              value={format.value}
              options={EXPORT_FORMATS}
              onChange={(value) => (format.value = value)}
            />
          )}
        </Field>
        <p class="muted">
          {isEmpty(filter) ? text.allPictures : text.filtered}{" "}
          <a href={toProject(open.id, "gallery", Object.fromEntries(query))}>{text.chooseInGallery}</a>
        </p>
        <Check value={includePictures}>{text.withPictures}</Check>
        <Check value={includeProposals}>{text.withProposals}</Check>
        <Failure error={sending.otherThan(["format"])} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value}>
            {text.startExport}
          </button>
        </div>
      </form>
    </section>
  );
}
