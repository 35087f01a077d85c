import { useState } from "preact/hooks";
import type { Studio } from "../app/Studio";
import { Dialog } from "../shared/Dialog";
import { inWords } from "../shared/errors";
import { Icon } from "../shared/Icon";
import { download, type ExportFormat, FORMATS } from "./formats";
import { sceneOf } from "./Scene";

/** Saves the objects in one of the forms. */
export function ExportDialog({ studio, onClose }: { studio: Studio; onClose: () => void }) {
  const [onlyActive, setOnlyActive] = useState(false);
  const picture = studio.picture.value;
  const active = studio.active.value;
  if (!picture) {
    return null;
  }
  const { objects } = studio.annotation.value;
  const scene = sceneOf(picture, onlyActive && active ? [active] : objects);
  const save = (format: ExportFormat) => {
    download(format, scene, picture.pyramid.full).catch((error: unknown) => studio.notices.add(inWords(error)));
  };
  return (
    <Dialog title="Export" onClose={onClose}>
      <p class="export-what">
        {scene.objects.length} {scene.objects.length === 1 ? "object" : "objects"}
        {objects.length > scene.objects.length && !onlyActive && ", without hidden ones"}
        {active && objects.length > 1 && (
          <label>
            <input type="checkbox" checked={onlyActive}
              onChange={({ currentTarget }) => setOnlyActive(currentTarget.checked)} />
            only {active.label}
          </label>
        )}
      </p>
      <ul class="formats">
        {FORMATS.map((format) => (
          <li key={format.title}>
            <button type="button" disabled={scene.objects.length === 0} onClick={() => save(format)}>
              <Icon name="export" />
              <strong>{format.title}</strong>
              <small>{format.description}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
