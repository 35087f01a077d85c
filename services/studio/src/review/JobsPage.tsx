import { useSignal } from "@preact/signals";
import { type Job, JobKind, JobState, Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PageProps, PagesContext } from "../projects/PagesContext";
import { Bar, Choice, Empty, Failure } from "../projects/parts";
import { useSending } from "../projects/Sending";
import { toProject } from "../routing/routes";
import { durationOf, whenOf, words } from "../texts/projects/texts";
import { JobForm } from "./JobForm";

/** Jobs of a project: who does what, and how far it is. */
export function JobsPage({ pages, open, query }: PageProps) {
  const onlyMine = useSignal("");
  const me = pages.access.state.value?.person?.subject;
  const list = useFetched(
    async (signal) =>
      (await pages.client.jobs.listJobs({ project: open.id, pageSize: 1000, assignee: onlyMine.value }, { signal }))
        .jobs,
    [open.id, onlyMine.value],
  );
  const text = words.value.jobs;
  return (
    <div class="page-body sections">
      {open.may(Role.MANAGER) && (
        <JobForm pages={pages} open={open} query={query} onCreated={() => void list.reload()} />
      )}
      <section aria-labelledby="jobs-list">
        <h2 id="jobs-list">{text.list}</h2>
        {me && (
          <Choice
            attributes={{ "aria-label": text.whose }}
            value={onlyMine.value}
            options={[
              ["", text.everybody],
              [me, text.mine],
            ]}
            onChange={(value) => (onlyMine.value = value)}
          />
        )}
        <Failure error={list.error.value} onRetry={() => void list.reload()} />
        {list.value.value?.length === 0 && (
          <Empty title={text.none}>
            <p>{text.noneThen}</p>
          </Empty>
        )}
        <ul class="rows">
          {list.value.value?.map((job) => (
            <JobRow
              key={String(job.id)}
              pages={pages}
              open={open}
              job={job}
              mayChange={open.may(Role.MANAGER) || job.assignee === me}
              onChanged={() => void list.reload()}
            />
          ))}
        </ul>
      </section>
    </div>
  );
}

interface JobRowProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly job: Job;
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}

function JobRow({ pages, open, job, mayChange, onChanged }: JobRowProps) {
  const sending = useSending();
  const text = words.value.jobs;
  const states = [JobState.NEW, JobState.IN_PROGRESS, JobState.DONE, JobState.CANCELLED];
  const isMeasured = [JobKind.AUDIT, JobKind.REPLICA, JobKind.GROUND_TRUTH].includes(job.kind);
  return (
    <li class="row">
      <div class="row-head">
        <a href={toProject(open.id, "gallery", { job: String(job.id) })}>
          <b>{job.name}</b>
        </a>
        <span>{text.kinds[job.kind]}</span>
        <span>{job.assignee || text.anybody}</span>
        <span class="muted">{job.dueTime && text.due(whenOf(job.dueTime))}</span>
        <span class="row-actions">
          {isMeasured && (
            <a
              class="button bordered"
              href={toProject(open.id, "review", {
                [job.kind === JobKind.AUDIT ? "audit" : "agreement"]: String(job.id),
              })}
            >
              {text.report}
            </a>
          )}
          {mayChange ? (
            <Choice
              attributes={{ "aria-label": text.stateOf(job.name), disabled: sending.isBusy.value }}
              value={job.state}
              options={states.map((state) => [state, text.states[state]])}
              onChange={(state) =>
                void sending
                  .send(() =>
                    pages.client.jobs.updateJob({
                      project: open.id,
                      job: { id: job.id, revision: job.revision, state },
                      updateMask: { paths: ["state"] },
                    }),
                  )
                  .then(onChanged)
              }
            />
          ) : (
            <span class="tag">{text.states[job.state]}</span>
          )}
        </span>
      </div>
      <div class="row-progress">
        <Bar label={text.progress} done={job.finishedCount} total={Math.max(1, job.pictureCount)} />
        <span>{text.counts(job.finishedCount, job.pictureCount)}</span>
        {job.activeMs > 0n && <span class="muted">{text.active(durationOf(Number(job.activeMs) / 1000))}</span>}
      </div>
      <Failure error={sending.error.value} />
    </li>
  );
}
