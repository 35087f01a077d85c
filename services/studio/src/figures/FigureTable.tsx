import type { FigureRow } from "segmentation-client/projects";
import { numbers, words } from "../texts/projects/texts";

/** Properties of the table. */
export interface FigureTableProps {
  readonly title: string;
  readonly rows: readonly FigureRow[];
  /** A row's name as people know it; as it is by default. */
  readonly nameOf?: (name: string) => string;
}

/** Figures by person, day, stage or label. */
export function FigureTable({ title, rows, nameOf = (name) => name }: FigureTableProps) {
  const text = words.value.figures;
  const { whole, decimal, percent } = numbers.value;
  return rows.length === 0 ? null : (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.masks}</th>
            <th scope="col">{text.pictures}</th>
            <th scope="col">{text.secondsPerMask}</th>
            <th scope="col">{text.clicksPerMask}</th>
            <th scope="col">{text.edited}</th>
            <th scope="col">{text.accepted}</th>
            <th scope="col">{text.verdicts}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{nameOf(row.name) || text.nobody}</th>
              <td>{whole(Number(row.maskCount))}</td>
              <td>{whole(Number(row.pictureCount))}</td>
              <td>{row.timedCount > 0n ? decimal(row.secondsPerMask, 1) : "–"}</td>
              <td>{row.timedCount > 0n ? decimal(row.clicksPerMask, 1) : "–"}</td>
              <td>{row.timedCount > 0n ? percent(row.editedShare) : "–"}</td>
              <td>{row.decidedCount > 0n ? percent(row.acceptedShare) : "–"}</td>
              <td>
                {[row.satisfactoryCount, row.unsatisfactoryCount, row.rejectedCount].map(Number).map(whole).join(" / ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
