import { labelOf, markOf } from "../annotation/labels";
import type { AnnotatedObject } from "../annotation/types";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import { CleaningForm } from "./CleaningForm";
import { MarkSwatch } from "./MarkSwatch";
import { ObjectName } from "./ObjectName";
import type { Studio } from "./Studio";

/** The objects of the picture: select, name, colour, hide, delete. */
export function ObjectList({ studio, onExport }: { studio: Studio; onExport: () => void }) {
  const { objects, activeId } = studio.editor.shown.annotation.value;
  const words = texts.value.objects;
  // One row of the list is reached by Tab, the others from there by arrows.
  const reachedId = objects.some(({ id }) => id === activeId) ? activeId : objects[0]?.id;
  return (
    <aside class="objects" aria-label={words.title}>
      <header>
        <h2>{words.title} <span class="count">{objects.length}</span></h2>
        <IconButton icon="add" label={words.another} shortcut="N" disabled={activeId === null}
          onClick={() => studio.editor.finishObject()} />
      </header>
      {objects.length === 0
        ? <p class="hint">{words.hint}</p>
        : (
          <ul onKeyDown={(event) => moveInList(studio, event)}>
            {objects.map((object) => (
              <ObjectRow key={object.id} studio={studio} object={object} active={object.id === activeId}
                reached={object.id === reachedId} />
            ))}
          </ul>
        )}
      <CleaningForm studio={studio} />
      {objects.length > 0 && (
        <footer>
          <IconButton icon="export" label={texts.value.topBar.export} shortcut="X" wide onClick={onExport} />
        </footer>
      )}
    </aside>
  );
}

interface ObjectRowProps {
  readonly studio: Studio;
  readonly object: AnnotatedObject;
  readonly active: boolean;
  readonly reached: boolean;
}

function ObjectRow({ studio, object, active, reached }: ObjectRowProps) {
  const list = studio.labels.list.value;
  const words = texts.value.objects;
  return (
    <li class={active ? "object active" : "object"} data-hidden={object.hidden}>
      <MarkSwatch
        mark={markOf(object, list)}
        name={words.colourOf(object.name)}
        onChange={labelOf(list, object.labelId) ? undefined : (colour) => studio.editor.describe(object.id, { colour })}
      />
      <ObjectName studio={studio} object={object} active={active} reached={reached} />
      <div class="object-actions">
        <IconButton icon={object.hidden ? "hide" : "show"}
          label={object.hidden ? words.show(object.name) : words.hide(object.name)}
          onClick={() => studio.editor.describe(object.id, { hidden: !object.hidden })} />
        <IconButton icon="delete" label={words.delete(object.name)} onClick={() => studio.editor.delete(object.id)} />
      </div>
    </li>
  );
}

/** Keys that go from row to row, and Delete, after which the next row has the focus. */
function moveInList(studio: Studio, event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("button[data-object]")];
  const at = rows.indexOf(event.target as HTMLElement);
  if (at < 0) {
    return;
  }
  const last = rows.length - 1;
  const steps: Record<string, number> = {
    ArrowUp: Math.max(0, at - 1), ArrowDown: Math.min(last, at + 1), Home: 0, End: last,
  };
  const next = rows[event.key === "Delete" ? (at < last ? at + 1 : at - 1) : steps[event.key] ?? -1];
  if (event.key === "Delete") {
    studio.editor.delete(Number(rows[at].dataset.object));
  } else if (!next) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (next) {
    studio.editor.select(Number(next.dataset.object));
    next.focus();
  }
}
