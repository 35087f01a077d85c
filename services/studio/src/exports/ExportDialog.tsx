import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Annotation } from "../annotation/Annotation";
import type { LabelList } from "../annotation/labels";
import type { AnnotatedObject } from "../annotation/types";
import type { Picture } from "../picture/Picture";
import type { Notices } from "../shared/Notices";
import { Dialog } from "../widgets/Dialog";
import { inWords } from "../texts/errors";
import { Icon } from "../widgets/Icon";
import { texts } from "../texts/texts";
import { Exporting } from "./Exporting";
import { type ExportFormat, FORMATS } from "./formats";
import { sceneOf } from "./Scene";

/** The state of the page that is exported. */
export interface ExportSource {
  readonly picture: ReadonlySignal<Picture | null>;
  readonly editor: {
    readonly annotation: ReadonlySignal<Annotation>;
    readonly active: ReadonlySignal<AnnotatedObject | undefined>;
  };
  readonly labels: { readonly list: ReadonlySignal<LabelList> };
  readonly notices: Notices;
}

/** Saves the objects in one of the formats. */
export function ExportDialog({ source, onClose }: { source: ExportSource; onClose: () => void }) {
  const [onlyActive, setOnlyActive] = useState(false);
  const exporting = useMemo(() => new Exporting(), []);
  useEffect(() => () => exporting.cancel(), [exporting]);
  const progress = exporting.progress.value;
  const picture = source.picture.value;
  const words = texts.value.exports;
  const active = source.editor.active.value;
  if (!picture) {
    return null;
  }
  const { objects } = source.editor.annotation.value;
  const scene = sceneOf(picture, onlyActive && active ? [active] : objects, source.labels.list.value);
  const save = (format: ExportFormat) => {
    exporting.save(format, scene, picture.pyramid.full).catch((error: unknown) => source.notices.add(inWords(error)));
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
