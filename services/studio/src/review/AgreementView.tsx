import type { Share } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Failure, Figure } from "../projects/parts";
import { toDesk } from "../routing/routes";
import { numbers, words } from "../texts/projects/texts";
import { intervalOf, shareOf } from "./shares";

interface AgreementViewProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly job: bigint;
}

/** Agreement of people with each other, or with the truth. */
export function AgreementView({ pages, open, job }: AgreementViewProps) {
  const fetched = useFetched(
    (signal) => pages.client.reviews.getAgreement({ project: open.id, job }, { signal }),
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
          <dl class="figures">
            <Figure name={words.value.projects.pictures} value={whole(report.pictureCount)} />
            <Figure name={text.meanIou} value={report.pictureCount > 0 ? decimal(report.meanIou, 3) : "–"} />
            <Figure
              name={text.matched}
              value={withInterval(report.matched, report.pictureCount)}
            />
            <Figure
              name={text.sameLabel}
              value={withInterval(report.sameLabel, report.pictureCount)}
            />
          </dl>
          <div class="table-scroll" tabIndex={0} role="region" aria-label={text.byPerson}>
            <table>
              <caption>{text.byPerson}</caption>
              <thead>
                <tr>
                  <th scope="col">{text.person}</th>
                  <th scope="col">{words.value.projects.masks}</th>
                  <th scope="col">{text.precision}</th>
                  <th scope="col">{text.recall}</th>
                  <th scope="col">{text.meanIou}</th>
                </tr>
              </thead>
              <tbody>
                {report.people.map((person) => (
                  <tr key={person.subject}>
                    <th scope="row">{person.subject}</th>
                    <td>{whole(person.maskCount)}</td>
                    <td>{percent(person.precision)}</td>
                    <td>{percent(person.recall)}</td>
                    <td>{decimal(person.meanIou, 3)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {report.worst.length > 0 && (
            <>
              <h3>{text.worst}</h3>
              <ul class="queue">
                {report.worst.map(({ picture, agreement }) => (
                  <li key={String(picture)}>
                    <a href={toDesk(open.id, picture, job)}>{text.picture(String(picture))}</a>{" "}
                    <span class="muted">{percent(agreement)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </div>
  );
}

/** A share with its 95 % interval. */
function withInterval(share: Share | undefined, count: number): string {
  const value = shareOf(share, count);
  return value === "–" ? value : `${value} (${intervalOf(share, count)})`;
}
