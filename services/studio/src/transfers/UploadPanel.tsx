import { useSignal } from "@preact/signals";
import { downloadTable } from "../projects/downloadTable";
import { Bar } from "../projects/parts";
import { bytesOf, numbers, words } from "../texts/projects/texts";
import type { Upload } from "./Upload";
import type { UploadQueue } from "./UploadQueue";
import "../styles/uploads.css";

/** Rows that are shown: the rest is in the file. */
const SHOWN = 100;

/** How far the sending of pictures is, and which were not taken. Stays in the corner while pages change. */
export function UploadPanel({ queue, project }: { queue: UploadQueue; project: string | undefined }) {
  const showsList = useSignal(false);
  const text = words.value.uploads;
  const sums = queue.sums.value;
  const passedOver = queue.passedOver.value;
  if (sums.files + passedOver === 0) {
    return null;
  }
  const { whole } = numbers.value;
  const isDone = sums.ended + sums.missing === sums.files;
  const failed = queue.uploads.value.filter(({ state }) => state === "failed" || state === "missing");
  return (
    <section class="upload-panel" aria-label={text.title}>
      <p role="status">
        <b>{isDone ? text.ended : text.title}</b> {text.progress(whole(sums.ended), whole(sums.files))}{" "}
        <span class="muted">{text.bytes(bytesOf(sums.sentBytes), bytesOf(sums.bytes))}</span>
      </p>
      <Bar label={text.title} done={sums.ended} total={sums.files} />
      <p class="muted">
        {[
          sums.known > 0 && text.known(sums.known),
          passedOver > 0 && text.passedOver(passedOver),
          sums.failed > 0 && text.failed(sums.failed),
          sums.missing > 0 && text.missing(sums.missing),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {sums.missing > 0 && <p>{text.missingThen}</p>}
      <div class="panel-actions">
        {sums.missing > 0 && project && (
          <button type="button" class="button bordered" onClick={() => void queue.reopen(project)}>
            {text.goOn}
          </button>
        )}
        {!isDone && (
          <button type="button" class="button bordered" onClick={() => queue.pause(!queue.isPaused.value)}>
            {queue.isPaused.value ? text.goOn : text.pause}
          </button>
        )}
        {sums.failed > 0 && (
          <button type="button" class="button bordered" onClick={() => queue.retry()}>
            {text.retry}
          </button>
        )}
        {failed.length > 0 && (
          <button
            type="button"
            class="button"
            aria-expanded={showsList.value}
            onClick={() => (showsList.value = !showsList.value)}
          >
            {text.list}
          </button>
        )}
        <button type="button" class="button" onClick={() => void queue.clear()}>
          {isDone ? text.close : text.giveUp}
        </button>
      </div>
      {showsList.value && failed.length > 0 && <FailedFiles failed={failed} />}
    </section>
  );
}

function FailedFiles({ failed }: { failed: readonly Upload[] }) {
  const text = words.value.uploads;
  const reasonOf = ({ state, reason }: Upload) => (state === "missing" ? text.notHere : (reason ?? ""));
  return (
    <>
      <ul class="upload-failures">
        {failed.slice(0, SHOWN).map((upload) => (
          <li key={`${upload.project} ${upload.name}`}>
            <b>{upload.name}</b> {reasonOf(upload)}
          </li>
        ))}
      </ul>
      {failed.length > SHOWN && (
        <p class="muted">
          {words.value.transfers.firstOf(numbers.value.whole(SHOWN), numbers.value.whole(failed.length))}
        </p>
      )}
      <button
        type="button"
        class="button bordered"
        onClick={() =>
          downloadTable("uploads.csv", [["file", "reason"], ...failed.map((upload) => [upload.name, reasonOf(upload)])])
        }
      >
        {words.value.transfers.downloadTable}
      </button>
    </>
  );
}
