import { type Job, JobKind, Role } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { PageProps } from "../projects/PagesContext";
import { Choice, Empty, Failure } from "../projects/parts";
import { numberIn } from "../routing/filters";
import { replaceAddress } from "../routing/router";
import { toProject } from "../routing/routes";
import { words } from "../texts/projects/texts";
import { AgreementView } from "./AgreementView";
import { AuditForm } from "./AuditForm";
import { AuditView } from "./AuditView";
import { ReviewQueue } from "./ReviewQueue";

/** What waits for a reviewer, and how good the masks are: audits and agreement. */
export function ReviewPage({ pages, open, query }: PageProps) {
  const list = useFetched(
    async (signal) => (await pages.client.jobs.listJobs({ project: open.id, pageSize: 1000 }, { signal })).jobs,
    [open.id],
  );
  const text = words.value.review;
  const jobs = list.value.value ?? [];
  const audits = jobs.filter(({ kind }) => kind === JobKind.AUDIT);
  const compared = jobs.filter(({ kind }) => kind === JobKind.REPLICA || kind === JobKind.GROUND_TRUTH);
  const audit = chosenOf(audits, query.get("audit"));
  const agreement = chosenOf(compared, query.get("agreement"));
  const show = (name: string) => (job: bigint) =>
    replaceAddress(toProject(open.id, "review", { ...Object.fromEntries(query), [name]: String(job) }));
  return (
    <div class="page-body sections">
      <ReviewQueue pages={pages} open={open} />
      <section aria-labelledby="audit-title">
        <h2 id="audit-title">{text.audit}</h2>
        <p class="muted">{text.auditHint}</p>
        <Failure error={list.error.value} onRetry={() => void list.reload()} />
        {audits.length > 0 && <JobChoice label={text.audit} jobs={audits} chosen={audit} onChange={show("audit")} />}
        {list.value.value && audits.length === 0 && (
          <Empty title={text.noAudit}>
            <p>{text.noAuditThen}</p>
          </Empty>
        )}
        {audit && <AuditView key={String(audit)} pages={pages} open={open} job={audit} />}
        {open.may(Role.MANAGER) && (
          <AuditForm
            pages={pages}
            open={open}
            query={query}
            onCreated={(job) => void list.reload().then(() => show("audit")(job))}
          />
        )}
      </section>
      <section aria-labelledby="agreement-title">
        <h2 id="agreement-title">{text.agreement}</h2>
        <p class="muted">{text.agreementHint}</p>
        {compared.length > 0 && (
          <JobChoice label={text.agreement} jobs={compared} chosen={agreement} onChange={show("agreement")} />
        )}
        {list.value.value && compared.length === 0 && (
          <Empty title={text.noAgreement}>
            <p>
              {text.noAgreementThen} <a href={toProject(open.id, "jobs")}>{words.value.pageNames.jobs}</a>
            </p>
          </Empty>
        )}
        {agreement && <AgreementView key={String(agreement)} pages={pages} open={open} job={agreement} />}
      </section>
    </div>
  );
}

interface JobChoiceProps {
  readonly label: string;
  readonly jobs: readonly Job[];
  readonly chosen: bigint | undefined;
  readonly onChange: (job: bigint) => void;
}

function JobChoice({ label, jobs, chosen, onChange }: JobChoiceProps) {
  return (
    <Choice
      attributes={{ "aria-label": label }}
      value={String(chosen)}
      options={jobs.map(({ id, name, assignee }) => [String(id), [name, assignee].filter(Boolean).join(" – ")])}
      onChange={(id) => onChange(BigInt(id))}
    />
  );
}

/** The job that the address names, or the newest. */
function chosenOf(jobs: readonly Job[], named: string | null): bigint | undefined {
  const id = numberIn(named);
  return jobs.find((job) => job.id === id)?.id ?? jobs[0]?.id;
}
