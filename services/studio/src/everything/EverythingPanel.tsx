import { useState } from "preact/hooks";
import { IconButton } from "../shared/IconButton";
import type { EverythingRun, RunProgress } from "./EverythingRun";
import { DEFAULT_SETTINGS, type EverythingSettings } from "./settings";

/** What the panel needs. */
export interface EverythingPanelProps {
  readonly run: EverythingRun;
  readonly onClose: () => void;
}

type NumberSetting = Exclude<keyof EverythingSettings, "fast">;

const FIELDS: readonly { key: NumberSetting; label: string; min: number; max: number; step: number }[] = [
  { key: "pointsPerSide", label: "Points a side", min: 1, max: 128, step: 1 },
  { key: "predIouThresh", label: "Predicted IoU above", min: 0, max: 1, step: 0.01 },
  { key: "stabilityScoreThresh", label: "Stability of at least", min: 0, max: 1, step: 0.01 },
  { key: "boxNmsThresh", label: "Duplicates overlap by", min: 0, max: 1, step: 0.05 },
  { key: "cropLayers", label: "Layers of crops", min: 0, max: 3, step: 1 },
  { key: "minMaskRegionArea", label: "Smallest region, pixels", min: 0, max: 100_000, step: 1 },
];

/** Finds everything in the picture: options, progress, cancel, and what to do with what was found. */
export function EverythingPanel({ run, onClose }: EverythingPanelProps) {
  const [settings, setSettings] = useState(DEFAULT_SETTINGS);
  const progress = run.progress.value;
  const found = run.found.value.length;
  return (
    <section class="panel" aria-label="Everything">
      <header>
        <h2>Everything</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <form
        class="panel-body"
        onSubmit={(event) => {
          event.preventDefault();
          void run.start(settings);
        }}
      >
        <label class="field">
          <span>Search</span>
          <select value={settings.fast ? "fast" : "faithful"}
            onChange={({ currentTarget }) => setSettings({ ...settings, fast: currentTarget.value === "fast" })}>
            <option value="fast">coarse to fine</option>
            <option value="faithful">every point</option>
          </select>
        </label>
        {FIELDS.map(({ key, label, min, max, step }) => (
          <label key={key} class="field">
            <span>{label}</span>
            <input type="number" required min={min} max={max} step={step} value={settings[key]}
              onChange={({ currentTarget }) => setSettings({ ...settings, [key]: currentTarget.valueAsNumber })} />
          </label>
        ))}
        {progress && <SearchProgress progress={progress} found={found} />}
        {!progress && <small role="status">{run.outcome.value ?? "Finds objects without a click."}</small>}
        <div class="panel-actions">
          {/* Keys keep them two elements: a button that becomes the other while it is clicked submits the form. */}
          {progress
            ? <button key="cancel" type="button" class="button" onClick={() => run.cancel()}>Cancel</button>
            : <button key="start" type="submit" class="button primary">Find everything</button>}
          {found > 0 && !progress && (
            <>
              <button type="button" class="button" onClick={() => run.keepAll()}>Keep all {found}</button>
              <button type="button" class="button" onClick={() => run.clear()}>Discard</button>
            </>
          )}
        </div>
        {found > 0 && <small>Point at one to see it, click to keep it.</small>}
      </form>
    </section>
  );
}

function SearchProgress({ progress, found }: { progress: RunProgress; found: number }) {
  const { points, pointsDone, remainingSeconds } = progress;
  return (
    <div>
      <progress max={points || 1} {...(points ? { value: pointsDone } : {})} aria-label="Search" />
      <small>
        {pointsDone} of {points || "…"} points, {found} found
        {remainingSeconds !== null && `, about ${Math.max(1, Math.round(remainingSeconds))} s to go`}
      </small>
    </div>
  );
}
