import { useEffect, useMemo, useState } from "preact/hooks";
import type { Studio } from "../app/Studio";
import { Dialog } from "../widgets/Dialog";
import { inWords } from "../texts/errors";
import { Icon } from "../widgets/Icon";
import { texts } from "../texts/texts";
import { Exporting } from "./Exporting";
import { type ExportFormat, FORMATS } from "./formats";
import { sceneOf } from "./Scene";

/** Saves the objects in one of the forms. */
export function ExportDialog({ studio, onClose }: { studio: Studio; onClose: () => void }) {
  const [onlyActive, setOnlyActive] = useState(false);
  const exporting = useMemo(() => new Exporting(), []);
  useEffect(() => () => exporting.cancel(), [exporting]);
  const progress = exporting.progress.value;
  const picture = studio.picture.value;
  const words = texts.value.exports;
  const active = studio.active.value;
  if (!picture) {
    return null;
  }
  const { objects } = studio.annotation.value;
  const scene = sceneOf(picture, onlyActive && active ? [active] : objects, studio.labels.list.value);
  const save = (format: ExportFormat) => {
    exporting.save(format, scene, picture.pyramid.full).catch((error: unknown) => studio.notices.add(inWords(error)));
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p class="export-what">
        {words.count(scene.objects.length)}
        {objects.length > scene.objects.length && !onlyActive && words.withoutHidden}
        {active && objects.length > 1 && (
          <label>
            <input type="checkbox" checked={onlyActive}
              onChange={({ currentTarget }) => setOnlyActive(currentTarget.checked)} />
            {words.only(active.name)}
          </label>
        )}
      </p>
      {picture.file !== picture.original && <p>{words.shrunk(picture.width, picture.height)}</p>}
      {progress && (
        <p class="export-progress">
          <progress max={progress.count} value={progress.done} aria-label={words.title} />
          <span>{words.progress(progress.done, progress.count)}</span>
          <button type="button" class="button" onClick={() => exporting.cancel()}>{words.cancel}</button>
        </p>
      )}
      <ul class="formats">
        {FORMATS.map((format) => (
          <li key={format.key}>
            <button type="button" disabled={scene.objects.length === 0} onClick={() => save(format)}>
              <Icon name="export" />
              <strong>{words.formats[format.key].title}</strong>
              <small>{words.formats[format.key].description}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
