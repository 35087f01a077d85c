import { Dialog } from "../shared/Dialog";

const KEYS: readonly [group: string, rows: readonly (readonly [keys: string, what: string])[]][] = [
  ["Mouse and touch", [
    ["Click, tap", "Add the part under the pointer"],
    ["Right click, Alt+click, long press", "Take the part away"],
    ["Drag", "Draw a box around the object"],
    ["Wheel, pinch", "Zoom"],
    ["Space+drag, middle button, two fingers", "Move the picture"],
  ]],
  ["Masks and objects", [
    ["Tab, Shift+Tab, 1 2 3", "Next, previous, that mask of an ambiguous click"],
    ["N, Enter", "Done: the next click begins another object"],
    ["Page Up, Page Down", "Select the previous or next object"],
    ["R", "Rename the object"],
    ["H", "Hide or show the object"],
    ["Delete", "Delete the object"],
    ["Backspace", "Reset: take the object, then everything away"],
    ["Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"],
  ]],
  ["Picture", [
    ["Arrows", "Move the keyboard's pointer, with Shift faster"],
    ["Space, Shift+Space", "Add or take away there"],
    ["+ - 0", "Zoom in, out, whole picture"],
    ["A S V", "Tools: add, remove, move"],
  ]],
  ["Everything else", [
    ["O", "Open a picture"],
    ["E", "Find everything in the picture"],
    ["X", "Export"],
    ["C", "Copy as code"],
    ["Escape", "Leave the picture's keys or a panel"],
    ["?", "This help"],
  ]],
];

/** All keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys and gestures" onClose={onClose}>
      <div class="help">
        {KEYS.map(([group, rows]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {rows.map(([keys, what]) => (
                <div key={keys}><dt>{keys}</dt><dd>{what}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
