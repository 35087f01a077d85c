import { BarChart } from "../projects/BarChart";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Bar, Failure, Figure } from "../projects/parts";
import { toProject } from "../routing/routes";
import { numbers, words } from "../texts/projects/texts";
import { intervalOf, shareOf } from "./shares";

/** Shares of the SAM paper, section 5: pairs with an IoU above 0.90 and above 0.75. */
const PAPER = { above90: 0.94, above75: 0.97 };

interface AuditViewProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly job: bigint;
}

/** Report of an audit, beside the SAM paper's. */
export function AuditView({ pages, open, job }: AuditViewProps) {
  const fetched = useFetched(
    (signal) => pages.client.reviews.getAuditReport({ project: open.id, job }, { signal }),
    [job],
  );
  const report = fetched.value.value;
  const text = words.value.review;
  const { whole, decimal, percent } = numbers.value;
  return (
    <div class="report">
      <Failure error={fetched.error.value} onRetry={() => void fetched.reload()} />
      {report && (
        <>
          <div class="row-progress">
            <Bar
              label={words.value.jobs.progress}
              done={report.finishedCount}
              total={Math.max(1, report.pictureCount)}
            />
            <span>{words.value.jobs.counts(report.finishedCount, report.pictureCount)}</span>
            <a href={toProject(open.id, "gallery", { job: String(job) })}>{text.toPictures}</a>
          </div>
          <dl class="figures">
            <Figure name={text.pairs} value={whole(report.pairCount)} />
            <Figure name={text.meanIou} value={report.pairCount > 0 ? decimal(report.meanIou, 3) : "–"} />
            <Figure name={text.added} value={whole(report.addedCount)} />
            <Figure name={text.deleted} value={whole(report.deletedCount)} />
          </dl>
          <div class="table-scroll" tabIndex={0} role="region" aria-label={text.shares}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{text.shares}</th>
                  <th scope="col">{text.here}</th>
                  <th scope="col">{text.interval}</th>
                  <th scope="col">{text.paper}</th>
                </tr>
              </thead>
              <tbody>
                {(
                  [
                    ["above90", 0.9],
                    ["above75", 0.75],
                  ] as const
                ).map(([name, iou]) => (
                  <tr key={name}>
                    <th scope="row">{text.above(decimal(iou, 2))}</th>
                    <td>{shareOf(report[name], report.pairCount)}</td>
                    <td>{intervalOf(report[name], report.pairCount)}</td>
                    <td>{percent(PAPER[name])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <BarChart
            title={text.histogram}
            unit={text.pairs}
            bars={report.histogram.map((value, step) => ({ name: decimal(step / report.histogram.length, 2), value }))}
          />
        </>
      )}
    </div>
  );
}

