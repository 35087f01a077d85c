import type { Figures } from "segmentation-client/projects";
import { numbers, words } from "../texts/projects/texts";

/** Seconds a mask and masks a picture at the beginning and the end of each stage: SAM paper, section 4. */
const PAPER = {
  assisted: { seconds: "34 → 14", masks: "20 → 44" },
  "semi-automatic": { seconds: "34", masks: "44 → 72" },
  automatic: { seconds: "–", masks: "~100" },
} as const;

/** The project's stages beside the SAM paper's. */
export function PaperTable({ figures }: { figures: Figures }) {
  const text = words.value.figures;
  const { decimal } = numbers.value;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={text.besidePaper}>
      <table>
        <caption>{text.besidePaper}</caption>
        <thead>
          <tr>
            <th scope="col">{text.stage}</th>
            <th scope="col">{text.secondsPerMask}</th>
            <th scope="col">{text.inPaper}</th>
            <th scope="col">{text.masksPerPicture}</th>
            <th scope="col">{text.inPaper}</th>
          </tr>
        </thead>
        <tbody>
          {(["assisted", "semi-automatic", "automatic"] as const).map((stage) => {
            const row = figures.stages.find(({ name }) => name === stage);
            return (
              <tr key={stage}>
                <th scope="row">{text.stages[stage]}</th>
                <td>{row && row.timedCount > 0n ? decimal(row.secondsPerMask, 1) : "–"}</td>
                <td>{PAPER[stage].seconds}</td>
                <td>
                  {row && row.pictureCount > 0n ? decimal(Number(row.maskCount) / Number(row.pictureCount), 1) : "–"}
                </td>
                <td>{PAPER[stage].masks}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
