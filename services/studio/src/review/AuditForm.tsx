import { useSignal } from "@preact/signals";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { useSending } from "../projects/Sending";
import { readFilter } from "../routing/filters";
import { words } from "../texts/projects/texts";

/** Pictures of the SAM paper's audit. */
const PAPER_SAMPLE = 500;

const FIELDS = ["name", "sample", "seed", "assignee"];

interface AuditFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly query: URLSearchParams;
  readonly onCreated: (job: bigint) => void;
}

/** Draws pictures for an audit. */
export function AuditForm({ pages, open, query, onCreated }: AuditFormProps) {
  const name = useSignal("");
  const sample = useSignal(PAPER_SAMPLE);
  const seed = useSignal(1);
  const assignee = useSignal("");
  const requests = useRequestIds();
  const sending = useSending();
  const text = words.value.review;
  const jobs = words.value.jobs;
  const create = async () => {
    const request = {
      project: open.id,
      name: name.value.trim(),
      sample: sample.value,
      seed: BigInt(seed.value),
      assignee: assignee.value.trim(),
      filter: readFilter(query),
    };
    const { id } = await pages.client.reviews.createAudit({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    onCreated(id);
  };
  return (
    <details>
      <summary>{text.createAudit}</summary>
      <form
        class="form grid"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(create);
        }}
      >
        <Field label={jobs.name} problem={sending.problemOf("name")}>
          {(own) => (
            <input
              {...own}
              type="text"
              required
              maxLength={200}
              value={name.value}
              onInput={({ currentTarget }) => (name.value = currentTarget.value)}
            />
          )}
        </Field>
        <Field label={text.auditSample} problem={sending.problemOf("sample")}>
          {(own) => (
            <input
              {...own}
              type="number"
              min={1}
              max={100_000}
              step={1}
              value={sample.value}
              onInput={({ currentTarget }) => (sample.value = Math.trunc(Number(currentTarget.value)))}
            />
          )}
        </Field>
        <Field label={jobs.seed} problem={sending.problemOf("seed")}>
          {(own) => (
            <input
              {...own}
              type="number"
              step={1}
              value={seed.value}
              onInput={({ currentTarget }) => (seed.value = Math.trunc(Number(currentTarget.value)))}
            />
          )}
        </Field>
        <Field label={text.corrector} hint={text.correctorHint} problem={sending.problemOf("assignee")}>
          {(own) => (
            <input
              {...own}
              type="text"
              value={assignee.value}
              onInput={({ currentTarget }) => (assignee.value = currentTarget.value)}
            />
          )}
        </Field>
        <Failure error={sending.otherThan(FIELDS)} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || name.value.trim() === ""}>
            {text.createAudit}
          </button>
        </div>
      </form>
    </details>
  );
}
