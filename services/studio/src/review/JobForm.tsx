import { useSignal } from "@preact/signals";
import { JobKind, timestampFromDate } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import { namesIn } from "../projects/namesIn";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { ScopeLine, useScope } from "../projects/Scope";
import { useSending } from "../projects/Sending";
import { words } from "../texts/projects/texts";

const KINDS = [JobKind.ANNOTATE, JobKind.COMPLETE, JobKind.REVIEW, JobKind.GROUND_TRUTH, JobKind.REPLICA];
const FIELDS = ["name", "kind", "assignees", "sample", "seed", "due_time"];

interface JobFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly query: URLSearchParams;
  readonly onCreated: () => void;
}

/** Creates jobs. */
export function JobForm({ pages, open, query, onCreated }: JobFormProps) {
  const name = useSignal("");
  const kind = useSignal<JobKind>(JobKind.ANNOTATE);
  const assignees = useSignal("");
  const due = useSignal("");
  const sample = useSignal(0);
  const seed = useSignal(1);
  const requests = useRequestIds();
  const members = useFetched(
    async (signal) => (await pages.client.projects.listMembers({ project: open.id }, { signal })).members,
    [open.id],
  );
  const sending = useSending();
  const scope = useScope(open, query);
  const text = words.value.jobs;
  const create = async () => {
    const request = {
      project: open.id,
      name: name.value.trim(),
      kind: kind.value,
      assignees: namesIn(assignees.value),
      sample: sample.value,
      seed: BigInt(sample.value > 0 ? seed.value : 0),
      ...(due.value ? { dueTime: timestampFromDate(new Date(`${due.value}T23:59:59`)) } : {}),
      ...scope,
    };
    await pages.client.jobs.createJob({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    name.value = "";
    open.chosen.value = [];
    onCreated();
  };
  return (
    <section aria-labelledby="job-title">
      <h2 id="job-title">{text.title}</h2>
      <form
        class="form grid"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(create);
        }}
      >
        <Field label={text.name} problem={sending.problemOf("name")}>
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
        <Field label={text.kind} hint={text.kindHints[kind.value]} problem={sending.problemOf("kind")}>
          {(own) => (
            <Choice
              attributes={own}
              value={kind.value}
              options={KINDS.map((value) => [value, text.kinds[value]])}
              onChange={(value) => (kind.value = value)}
            />
          )}
        </Field>
        <Field label={text.assignees} hint={text.assigneesHint} problem={sending.problemOf("assignees")}>
          {(own) => (
            <input
              {...own}
              type="text"
              list="job-members"
              value={assignees.value}
              onInput={({ currentTarget }) => (assignees.value = currentTarget.value)}
            />
          )}
        </Field>
        <datalist id="job-members">
          {members.value.value?.map(({ subject }) => (
            <option key={subject} value={subject} />
          ))}
        </datalist>
        <Field label={text.dueBy} problem={sending.problemOf("due_time")}>
          {(own) => (
            <input
              {...own}
              type="date"
              value={due.value}
              onInput={({ currentTarget }) => (due.value = currentTarget.value)}
            />
          )}
        </Field>
        <Field label={text.sample} hint={text.sampleHint} problem={sending.problemOf("sample")}>
          {(own) => (
            <input
              {...own}
              type="number"
              min={0}
              max={1_000_000}
              step={1}
              value={sample.value}
              onInput={({ currentTarget }) => (sample.value = Math.trunc(Number(currentTarget.value)))}
            />
          )}
        </Field>
        {sample.value > 0 && (
          <Field label={text.seed} problem={sending.problemOf("seed")}>
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
        )}
        <ScopeLine open={open} query={query} />
        <Failure error={sending.otherThan(FIELDS)} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value || name.value.trim() === ""}>
            {text.create}
          </button>
        </div>
      </form>
    </section>
  );
}
