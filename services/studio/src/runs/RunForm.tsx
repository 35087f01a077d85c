import { useSignal } from "@preact/signals";
import { RunStage } from "segmentation-client/projects";
import { useFetched } from "../projects/Fetched";
import type { OpenProject } from "../projects/OpenProject";
import type { PagesContext } from "../projects/PagesContext";
import { Choice, Failure, Field } from "../projects/parts";
import { useRequestIds } from "../projects/RequestIds";
import { ScopeLine, useScope } from "../projects/Scope";
import { useSending } from "../projects/Sending";
import { words } from "../texts/projects/texts";

interface RunFormProps {
  readonly pages: PagesContext;
  readonly open: OpenProject;
  readonly query: URLSearchParams;
  readonly onStarted: () => void;
}

/** Starts a run. */
export function RunForm({ pages, open, query, onStarted }: RunFormProps) {
  const stage = useSignal<RunStage>(RunStage.SEMI_AUTOMATIC);
  const preset = useSignal("");
  const model = useSignal("");
  const label = useSignal(0);
  const requests = useRequestIds();
  const presets = useFetched(async (signal) => (await pages.client.runs.listPresets({}, { signal })).presets, []);
  const models = useFetched((signal) => pages.server.listModels(signal), []);
  const sending = useSending();
  const scope = useScope(open, query);
  const text = words.value.runs;
  const start = async () => {
    const request = {
      project: open.id,
      stage: stage.value,
      preset: preset.value,
      model: model.value,
      label: label.value,
      ...scope,
    };
    await pages.client.runs.startRun({ ...request, requestId: requests.of(request) });
    requests.succeeded();
    open.chosen.value = [];
    onStarted();
  };
  const chosen = presets.value.value?.find(({ name }) => name === preset.value);
  return (
    <section aria-labelledby="run-title">
      <h2 id="run-title">{text.title}</h2>
      <form
        class="form grid"
        onSubmit={(event) => {
          event.preventDefault();
          void sending.send(start);
        }}
      >
        <Field label={text.stage} hint={text.stageHints[stage.value]} problem={sending.problemOf("stage")}>
          {(own) => (
            <Choice
              attributes={own}
              value={stage.value}
              onChange={(value) => (stage.value = value)}
              options={[RunStage.SEMI_AUTOMATIC, RunStage.AUTOMATIC].map((value) => [value, text.stages[value]])}
            />
          )}
        </Field>
        <Field label={text.preset} hint={chosen?.description} problem={sending.problemOf("preset")}>
          {(own) => (
            <Choice
              attributes={own}
              value={preset.value}
              onChange={(value) => (preset.value = value)}
              options={[
                ["", text.presetOfStage],
                ...(presets.value.value ?? []).map(({ name }) => [name, name] as const),
              ]}
            />
          )}
        </Field>
        <Field label={text.model} problem={sending.problemOf("model")}>
          {(own) => (
            <Choice
              attributes={own}
              value={model.value}
              onChange={(value) => (model.value = value)}
              options={[["", text.modelOfProject], ...(models.value.value ?? []).map(({ id }) => [id, id] as const)]}
            />
          )}
        </Field>
        <Field label={text.label} problem={sending.problemOf("label")}>
          {(own) => (
            <Choice
              attributes={own}
              value={label.value}
              onChange={(value) => (label.value = value)}
              options={[[0, text.noLabel], ...open.labels.value.map(({ id, name }) => [id, name] as const)]}
            />
          )}
        </Field>
        <ScopeLine open={open} query={query} />
        <Failure error={sending.otherThan(["stage", "preset", "model", "label"]) ?? presets.error.value} />
        <div class="form-actions">
          <button type="submit" class="button primary" disabled={sending.isBusy.value}>
            {text.start}
          </button>
        </div>
      </form>
    </section>
  );
}
