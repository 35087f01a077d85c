import { type AnnotatedObject, maskOf } from "../annotation/types";
import { IconButton } from "../shared/IconButton";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** The objects of the picture: select, name, colour, hide, delete. */
export function ObjectList({ studio, onExport }: { studio: Studio; onExport: () => void }) {
  const { objects, activeId } = studio.shown.annotation.value;
  const words = texts.value.objects;
  return (
    <aside class="objects" aria-label={words.title}>
      <header>
        <h2>{words.title} <span class="count">{objects.length}</span></h2>
        <IconButton icon="add" label={words.another} shortcut="N" disabled={activeId === null}
          onClick={() => studio.finishObject()} />
      </header>
      {objects.length === 0
        ? <p class="hint">{words.hint}</p>
        : (
          <ul>
            {objects.map((object) => (
              <ObjectRow key={object.id} studio={studio} object={object} active={object.id === activeId} />
            ))}
          </ul>
        )}
      {objects.length > 0 && (
        <footer>
          <IconButton icon="export" label={texts.value.topBar.export} shortcut="X" wide onClick={onExport} />
        </footer>
      )}
    </aside>
  );
}

function ObjectRow({ studio, object, active }: { studio: Studio; object: AnnotatedObject; active: boolean }) {
  const mask = maskOf(object);
  const words = texts.value.objects;
  return (
    <li
      class={active ? "object active" : "object"}
      data-hidden={object.hidden}
      onClick={() => studio.select(object.id)}
    >
      <input
        type="color"
        aria-label={words.colourOf(object.label)}
        value={object.colour}
        onClick={(event) => event.stopPropagation()}
        onChange={({ currentTarget }) => studio.describe(object.id, { colour: currentTarget.value })}
      />
      <div class="object-text">
        <input
          class="label"
          aria-label={words.labelOf(object.label)}
          data-object={object.id}
          value={object.label}
          spellcheck={false}
          onFocus={({ currentTarget }) => currentTarget.select()}
          onChange={({ currentTarget }) =>
            studio.describe(object.id, { label: currentTarget.value.trim() || object.label })}
          onKeyDown={({ key, currentTarget }) => {
            if (key === "Enter" || key === "Escape") {
              currentTarget.blur();
            }
          }}
        />
        <small>
          {mask && object.answered
            ? words.mask(mask.area, mask.predictedIou) : texts.value.common.waiting}
        </small>
      </div>
      <div class="object-actions" onClick={(event) => event.stopPropagation()}>
        <IconButton icon={object.hidden ? "hide" : "show"}
          label={object.hidden ? words.show(object.label) : words.hide(object.label)}
          onClick={() => studio.describe(object.id, { hidden: !object.hidden })} />
        <IconButton icon="delete" label={words.delete(object.label)} onClick={() => studio.delete(object.id)} />
      </div>
    </li>
  );
}
