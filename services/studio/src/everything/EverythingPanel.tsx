import { useState } from "preact/hooks";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import type { EverythingRun, RunProgress } from "./EverythingRun";
import { DEFAULT_SETTINGS, type EverythingSettings } from "./settings";

/** Properties of the panel. */
export interface EverythingPanelProps {
  readonly run: EverythingRun;
  /** False if the person lacks the right to search. */
  readonly mayRun: boolean;
  readonly onClose: () => void;
}

type NumberSetting = Exclude<keyof EverythingSettings, "fast">;

const FIELDS: readonly { key: NumberSetting; min: number; max: number; step: number }[] = [
  { key: "pointsPerSide", min: 1, max: 128, step: 1 },
  { key: "predIouThresh", min: 0, max: 1, step: 0.01 },
  { key: "stabilityScoreThresh", min: 0, max: 1, step: 0.01 },
  { key: "boxNmsThresh", min: 0, max: 1, step: 0.05 },
  { key: "cropLayers", min: 0, max: 3, step: 1 },
  { key: "minMaskRegionArea", min: 0, max: 100_000, step: 1 },
];

/** The panel of automatic mask generation: options, progress, cancel, and keeping or discarding the masks. */
export function EverythingPanel({ run, mayRun, onClose }: EverythingPanelProps) {
  const [settings, setSettings] = useState(DEFAULT_SETTINGS);
  const progress = run.progress.value;
  const found = run.found.value.length;
  const words = texts.value.everything;
  return (
    <section class="panel" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
        <IconButton icon="close" label={texts.value.common.close} onClick={onClose} />
      </header>
      <form
        class="panel-body"
        onSubmit={(event) => {
          event.preventDefault();
          void run.start(settings);
        }}
      >
        <label class="field">
          <span>{words.search}</span>
          <select value={settings.fast ? "fast" : "faithful"}
            onChange={({ currentTarget }) => setSettings({ ...settings, fast: currentTarget.value === "fast" })}>
            <option value="fast">{words.fast}</option>
            <option value="faithful">{words.faithful}</option>
          </select>
        </label>
        {FIELDS.map(({ key, min, max, step }) => (
          <label key={key} class="field">
            <span>{words.fields[key]}</span>
            <input type="number" required min={min} max={max} step={step} value={settings[key]}
              onChange={({ currentTarget }) => setSettings({ ...settings, [key]: currentTarget.valueAsNumber })} />
          </label>
        ))}
        {progress && <SearchProgress progress={progress} found={found} />}
        {!progress && mayRun && <small role="status">{run.outcome.value?.(texts.value) ?? words.hint}</small>}
        {!mayRun && <small role="status" class="trouble">{texts.value.access.lacks("everything")}</small>}
        <div class="panel-actions">
          {/* Keys keep them two elements: a button that becomes the other while it is clicked submits the form. */}
          {progress
            ? <button key="cancel" type="button" class="button" onClick={() => run.cancel()}>{words.cancel}</button>
            : <button key="start" type="submit" class="button primary" disabled={!mayRun}>{words.start}</button>}
          {found > 0 && !progress && (
            <>
              <button type="button" class="button" onClick={() => run.keepAll()}>{words.keepAll(found)}</button>
              <button type="button" class="button" onClick={() => run.clear()}>{words.discard}</button>
            </>
          )}
        </div>
        {found > 0 && <small>{words.keep}</small>}
      </form>
    </section>
  );
}

function SearchProgress({ progress, found }: { progress: RunProgress; found: number }) {
  const { points, pointsDone, remainingSeconds } = progress;
  const words = texts.value.everything;
  return (
    <div>
      <progress max={points || 1} {...(points ? { value: pointsDone } : {})} aria-label={words.search} />
      <small>
        {points ? words.progress(pointsDone, points, found) : words.begun(pointsDone, found)}
        {remainingSeconds !== null && words.remaining(Math.max(1, Math.round(remainingSeconds)))}
      </small>
    </div>
  );
}
