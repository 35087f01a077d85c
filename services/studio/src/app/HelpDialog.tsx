import { Dialog } from "../widgets/Dialog";
import type { Texts } from "../texts/en";
import { texts } from "../texts/texts";

type Help = Texts["help"];

const KEYS: readonly [group: keyof Help["groups"], rows: readonly (keyof Help["rows"])[]][] = [
  ["pointer", ["add", "remove", "box", "zoom", "move"]],
  ["objects", [
    "candidates", "labels", "editLabels", "done", "neighbour", "rowKeys", "rename", "hide", "delete", "reset", "undo",
  ]],
  ["picture", ["arrows", "space", "zoomKeys", "tools"]],
  ["page", ["open", "everything", "export", "code", "leave", "help"]],
];

/** All keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const words = texts.value.help;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <div class="help">
        {KEYS.map(([group, rows]) => (
          <section key={group}>
            <h3>{words.groups[group]}</h3>
            <dl>
              {rows.map((row) => (
                <div key={row}><dt>{words.rows[row].keys}</dt><dd>{words.rows[row].does}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
