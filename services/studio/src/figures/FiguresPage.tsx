import { useSignal } from "@preact/signals";
import type { FigureRow, Figures } from "segmentation-client/projects";
import { BarChart } from "../projects/BarChart";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Empty, Failure, Figure } from "../projects/parts";
import { dayOf, numbers, words } from "../texts/projects/texts";
import { FigureTable } from "./FigureTable";
import { PaperTable } from "./PaperTable";

/** Seconds a mask of the SAM paper's assisted stage in the end. */
const PAPER_SECONDS = 14;

/** Figures of the work in a project, as plots and tables. */
export function FiguresPage({ pages, open }: { pages: PagesContext; open: OpenProject }) {
  const from = useSignal("");
  const to = useSignal("");
  const fetched = useFetched(
    (signal) => pages.client.reviews.getFigures({ project: open.id, from: from.value, to: to.value }, { signal }),
    [open.id, from.value, to.value],
  );
  const figures = fetched.value.value;
  const text = words.value.figures;
  return (
    <div class="page-body sections">
      <div class="form-line">
        <label>
          {text.from}{" "}
          <input type="date" value={from.value} onChange={({ currentTarget }) => (from.value = currentTarget.value)} />
        </label>
        <label>
          {text.to}{" "}
          <input type="date" value={to.value} onChange={({ currentTarget }) => (to.value = currentTarget.value)} />
        </label>
      </div>
      <Failure error={fetched.error.value} onRetry={() => void fetched.reload()} />
      {figures && (figures.total?.maskCount ?? 0n) === 0n && (
        <Empty title={text.none}>
          <p>{text.noneThen}</p>
        </Empty>
      )}
      {figures?.total && figures.total.maskCount > 0n && <All figures={figures} total={figures.total} />}
    </div>
  );
}

function All({ figures, total }: { figures: Figures; total: FigureRow }) {
  const text = words.value.figures;
  const { whole, decimal, percent } = numbers.value;
  const shownPerPicture = groups(figures.masksPerPicture.map(Number), 20);
  return (
    <>
      <dl class="figures wide">
        <Figure name={text.masks} value={whole(Number(total.maskCount))} />
        <Figure
          name={text.masksPerPicture}
          value={total.pictureCount > 0n ? decimal(Number(total.maskCount) / Number(total.pictureCount), 1) : "–"}
        />
        <Figure name={text.secondsPerMask} value={total.timedCount > 0n ? decimal(total.secondsPerMask, 1) : "–"} />
        <Figure name={text.clicksPerMask} value={total.timedCount > 0n ? decimal(total.clicksPerMask, 1) : "–"} />
        <Figure name={text.edited} value={total.timedCount > 0n ? percent(total.editedShare) : "–"} />
        <Figure name={text.accepted} value={total.decidedCount > 0n ? percent(total.acceptedShare) : "–"} />
        <Figure
          name={text.verdicts}
          value={[total.satisfactoryCount, total.unsatisfactoryCount, total.rejectedCount]
            .map(Number)
            .map(whole)
            .join(" / ")}
        />
      </dl>
      <PaperTable figures={figures} />
      <div class="plots">
        <BarChart
          title={text.masksByDay}
          unit={text.masks}
          bars={figures.days.map(({ name, maskCount }) => ({ name: dayOf(name), value: Number(maskCount) }))}
        />
        <BarChart
          title={text.secondsByDay}
          unit={text.secondsPerMask}
          decimals={1}
          line={{ name: text.paper, value: PAPER_SECONDS }}
          bars={figures.days.map(({ name, secondsPerMask }) => ({ name: dayOf(name), value: secondsPerMask }))}
        />
        <BarChart title={text.perPictureHistogram} unit={text.pictures} bars={shownPerPicture} />
        <BarChart
          title={text.secondsHistogram}
          unit={text.masks}
          bars={figures.secondsPerMask.map((value, second) => ({ name: `${second}`, value: Number(value) }))}
        />
      </div>
      <FigureTable title={text.byPerson} rows={figures.people} />
      <FigureTable
        title={text.byStage}
        rows={figures.stages}
        nameOf={(name) => text.stages[name as keyof typeof text.stages] ?? name}
      />
      <FigureTable title={text.byLabel} rows={figures.labels} />
      <FigureTable title={text.byDay} rows={figures.days} />
    </>
  );
}

/** A histogram in at most so many groups of equal width, up to its last value. */
export function groups(values: readonly number[], most: number): { readonly name: string; readonly value: number }[] {
  const last = values.findLastIndex((value) => value > 0) + 1;
  const width = Math.max(1, Math.ceil(last / most));
  return Array.from({ length: Math.ceil(last / width) }, (_, group) => {
    const from = group * width;
    return {
      name: width === 1 ? `${from}` : `${from}–${from + width - 1}`,
      value: values.slice(from, from + width).reduce((sum, value) => sum + value, 0),
    };
  });
}
