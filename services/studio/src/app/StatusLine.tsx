import { lastOf, percentile } from "../shared/Timings";
import type { PlaceChoice } from "../segmenting/Decoding";
import type { Studio } from "./Studio";

/** How things stand: upload and encoding, click to mask, where decoding happens, the connection. */
export function StatusLine({ studio }: { studio: Studio }) {
  const picture = studio.picture.value;
  const upload = studio.upload.value;
  const timings = studio.clickTimer.timings.value;
  const { decoding } = studio;
  return (
    <footer class="status" aria-label="Status">
      <span class="status-main" role="status">
        {upload ? <UploadState {...upload} /> : picture?.id
          ? <span title="Time the encoder took for this picture">
            Encoded {picture.encodeMs ? <>in <b>{milliseconds(picture.encodeMs)}</b></> : "before"}
          </span>
          : "Ready"}
      </span>
      <span class="status-timing" title="From the click to its mask on the screen: the last one, and half of them">
        Click to mask <b data-testid="click-last">{milliseconds(lastOf(timings))}</b>
        <span class="status-p50"> p50 <b data-testid="click-p50">{milliseconds(percentile(timings, 0.5))}</b></span>
      </span>
      <label class="status-place">
        <span>Decoding</span>
        <select
          aria-label="Where masks are decoded"
          value={decoding.choice.value}
          onChange={({ currentTarget }) => decoding.choose(currentTarget.value as PlaceChoice)}
        >
          <option value="auto">automatic</option>
          <option value="server">on the server</option>
          <option value="browser">in the browser</option>
          <option value="gpu" disabled={!navigator.gpu}>in the browser, by the GPU</option>
        </select>
        <b data-testid="place">{decoding.loading.value ? "loading…" : placeOf(studio)}</b>
      </label>
      <ConnectionState studio={studio} />
    </footer>
  );
}

function placeOf({ decoding }: Studio): string {
  return decoding.place.value === "browser" && decoding.engine.value === "gpu" ? "browser, GPU" : decoding.place.value;
}

function UploadState({ sent, trouble }: { sent: number; trouble?: string }) {
  if (trouble) {
    return <span class="trouble">{trouble} Trying again…</span>;
  }
  return (
    <>
      <progress max={1} {...(sent < 1 ? { value: sent } : {})} aria-label="Upload" />
      {sent < 1 ? `Uploading ${Math.round(sent * 100)}%` : "Encoding…"}
    </>
  );
}

function ConnectionState({ studio }: { studio: Studio }) {
  const { state, reason } = studio.decoding.connection.value;
  const words = {
    idle: "Not connected",
    connecting: "Connecting…",
    open: "Connected",
    waiting: "Connection lost, trying again…",
  }[state];
  return (
    <span class={`status-connection ${state}`} title={reason} role="status" data-testid="connection">
      <i aria-hidden="true" />{words}
    </span>
  );
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "–" : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
