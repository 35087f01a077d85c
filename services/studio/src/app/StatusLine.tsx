import { lastOf, percentile } from "../shared/Timings";
import type { PlaceChoice } from "../segmenting/routing/SegmenterRouter";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** The status line: upload and encoding, time from click to mask, place of decoding, connection. */
export function StatusLine({ studio }: { studio: Studio }) {
  const picture = studio.picture.value;
  const upload = studio.session.opening.upload.value;
  const timings = studio.editor.clickTimer.timings.value;
  const { router } = studio;
  const mayDecode = studio.access.may("models") && studio.access.may("read");
  const words = texts.value.status;
  return (
    <footer class="status" aria-label={words.title}>
      <span class="status-main" role="status">
        {upload ? <UploadState {...upload} /> : picture?.id
          ? <span title={words.encodingTime}>
            {picture.encodeMs ? <>{words.encodedIn} <b>{milliseconds(picture.encodeMs)}</b></> : words.encodedBefore}
          </span>
          : words.ready}
      </span>
      <KeepingStateView studio={studio} />
      <span class="status-timing" title={words.clickTime}>
        {words.click} <b data-testid="click-last">{milliseconds(lastOf(timings))}</b>
        <span class="status-p50">
          {" "}{words.median} <b data-testid="click-p50">{milliseconds(percentile(timings, 0.5))}</b>
        </span>
      </span>
      <label class="status-place">
        <span>{words.decoding}</span>
        <select
          aria-label={words.place}
          value={router.choice.value}
          onChange={({ currentTarget }) => router.choose(currentTarget.value as PlaceChoice)}
        >
          <option value="auto">{words.places.auto}</option>
          <option value="server">{words.places.server}</option>
          <option value="browser" disabled={!mayDecode || router.notHere.value !== ""}>{words.places.browser}</option>
          <option value="gpu" disabled={!navigator.gpu || !mayDecode || router.notHere.value !== ""}>{words.places.gpu}</option>
        </select>
        <b data-testid="place" title={router.notHere.value}>{router.loading.value ? words.loading : placeOf(studio)}</b>
      </label>
      <ConnectionState studio={studio} />
    </footer>
  );
}

function KeepingStateView({ studio }: { studio: Studio }) {
  const state = studio.session.resuming.keeper.state.value;
  const words = texts.value.keeping;
  return state === "nothing" ? null : (
    <span class={`status-kept ${state}`} title={words.explained} data-testid="kept" data-state={state}>
      {words.states[state]}
    </span>
  );
}

function placeOf({ router }: Studio): string {
  const isGpu = router.place.value === "browser" && router.engine.value === "gpu";
  return texts.value.status.at[isGpu ? "gpu" : router.place.value];
}

function UploadState({ sent, trouble }: { sent: number; trouble?: string }) {
  const words = texts.value.status;
  if (trouble) {
    return <span class="trouble">{words.again(trouble)}</span>;
  }
  return (
    <>
      <progress max={1} {...(sent < 1 ? { value: sent } : {})} aria-label={words.upload} />
      {sent < 1 ? words.uploading(sent) : words.encoding}
    </>
  );
}

function ConnectionState({ studio }: { studio: Studio }) {
  const { state, reason } = studio.router.connection.value;
  return (
    <span class={`status-connection ${state}`} title={reason} role="status" data-testid="connection">
      <i aria-hidden="true" />{texts.value.status.connection[state]}
    </span>
  );
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? texts.value.status.noTime : texts.value.status.milliseconds(value);
}
