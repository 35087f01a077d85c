import type { RefObject } from "preact";
import type { Stage } from "../canvas/Stage";
import type { Tool } from "../canvas/Tool";
import { IconButton } from "../widgets/IconButton";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

const TOOLS: { readonly tool: Tool; readonly shortcut: string }[] = [
  { tool: "add", shortcut: "A" },
  { tool: "remove", shortcut: "S" },
  { tool: "pan", shortcut: "V" },
];

/** Buttons for the tool, the next object and the view. */
export function ToolRail({ studio, stage }: { studio: Studio; stage: RefObject<Stage | null> }) {
  const empty = studio.picture.value === null;
  const words = texts.value.tools;
  return (
    <div class="rail" role="toolbar" aria-label={words.title} aria-orientation="vertical">
      {TOOLS.map(({ tool, shortcut }) => (
        <IconButton key={tool} icon={tool} label={words[tool]} shortcut={shortcut} disabled={empty}
          pressed={studio.tool.value === tool} onClick={() => (studio.tool.value = tool)} />
      ))}
      <hr />
      <IconButton icon="done" label={words.done} shortcut="N" disabled={!studio.editor.shown.active.value}
        onClick={() => studio.editor.finishObject()} />
      <hr />
      <IconButton icon="zoomIn" label={words.zoomIn} shortcut="+" disabled={empty}
        onClick={() => stage.current?.view.zoom(1.5)} />
      <IconButton icon="zoomOut" label={words.zoomOut} shortcut="-" disabled={empty}
        onClick={() => stage.current?.view.zoom(1 / 1.5)} />
      <IconButton icon="fit" label={words.fit} shortcut="0" disabled={empty}
        onClick={() => stage.current?.view.fit()} />
    </div>
  );
}
