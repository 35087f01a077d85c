import { useComputed } from "@preact/signals";
import { deskTexts } from "../texts/desk/texts";
import type { DeskPage } from "./DeskPage";
import { keyOf } from "./keyWords";

/** Seconds a mask in projects that set none, as in the SAM paper's data engine. */
const PAPER_SECONDS = 30;

/** Hint that the present mask takes long, with the way to the next picture. Nobody has to follow it. */
export function PaceHint({ page }: { page: DeskPage }) {
  const { desk, reviewing, turning } = page;
  const limit = useComputed(() => desk.project.value?.settings?.secondsPerMaskHint || PAPER_SECONDS);
  const isSlow = useComputed(() => desk.state.value === "ready" && !desk.isReadOnly.value && !reviewing.isOn.value
    && desk.clock.maskSeconds.value >= limit.value).value;
  const words = deskTexts.value;
  return (
    <div class="notices desk-pace" role="status">
      {isSlow && (
        <div class="notice">
          <p>{words.pace(limit.value)}</p>
          <button type="button" class="button" aria-keyshortcuts={keyOf(page, "next") || undefined}
            disabled={turning.isTurning.value} onClick={() => void turning.next()}>{words.turn.next}</button>
        </div>
      )}
    </div>
  );
}
