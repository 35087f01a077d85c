import { replaceMask } from "../annotation/Annotation";
import { maskOf, scoreOf } from "../annotation/types";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** Choice of the model and of another one to compare with; nothing where one model is served. */
export function ModelPanel({ studio }: { studio: Studio }) {
  const { models, comparison } = studio;
  const words = texts.value.models;
  if (!models.hasChoice.value) {
    return null;
  }
  const current = studio.picture.value?.model || models.chosen.value!.id;
  return (
    <section class="panel models" aria-label={words.title}>
      <div class="panel-body">
        <label class="field">
          <span>{words.model}</span>
          <select
            data-testid="model"
            value={models.chosen.value!.id}
            disabled={studio.session.opening.upload.value !== null}
            onChange={({ currentTarget }) => void studio.session.chooseModel(currentTarget.value)}
          >
            {models.list.value.map(({ id, family }) => <option key={id} value={id}>{id} ({family})</option>)}
          </select>
        </label>
        <label class="field">
          <span>{words.compareWith}</span>
          <select
            data-testid="compare"
            value={comparison.other.value}
            onChange={({ currentTarget }) => comparison.compareWith(currentTarget.value)}
          >
            <option value="">{words.nothing}</option>
            {models.list.value.filter(({ id }) => id !== current)
              .map(({ id }) => <option key={id} value={id}>{id}</option>)}
          </select>
        </label>
        {studio.router.notHere.value !== "" && <p class="hint">{words.onServerOnly(current)}</p>}
        {comparison.other.value !== "" && <ComparedMasks studio={studio} current={current} />}
      </div>
    </section>
  );
}

/** Both masks of the active object's prompt, with their scores; one of them is on the picture. */
function ComparedMasks({ studio, current }: { studio: Studio; current: string }) {
  const { comparison, editor } = studio;
  const words = texts.value.models;
  const active = editor.active.value;
  const own = active && maskOf(active);
  const other = comparison.best.value;
  if (!active || !own) {
    return <p class="hint">{words.clickFirst}</p>;
  }
  if (comparison.trouble.value !== null) {
    return <p class="hint" role="status">{comparison.trouble.value}</p>;
  }
  if (!other) {
    return <p class="hint" role="status">{words.asking(comparison.other.value)}</p>;
  }
  const agreement = comparison.agreement.value;
  return (
    <>
      <div class="compared" role="radiogroup" aria-label={words.shown}>
        {[{ id: current, mask: own, isOther: false }, { id: comparison.other.value, mask: other, isOther: true }]
          .map(({ id, mask, isOther }) => (
            <label key={id} class="compared-mask">
              <input
                type="radio"
                name="compared"
                checked={comparison.showsOther.value === isOther}
                onChange={() => (comparison.showsOther.value = isOther)}
              />
              <b>{id}</b>
              <span>{words.scores(scoreOf(mask.predictedIou), scoreOf(mask.stabilityScore), mask.area)}</span>
            </label>
          ))}
      </div>
      {agreement !== null && <p class="hint" role="status" data-testid="agreement">{words.agreement(agreement)}</p>}
      <button
        type="button"
        class="button wide"
        onClick={() => {
          editor.change(replaceMask(editor.annotation.value, active.id, other));
          comparison.showsOther.value = false;
        }}
      >
        {words.take(comparison.other.value)}
      </button>
    </>
  );
}
