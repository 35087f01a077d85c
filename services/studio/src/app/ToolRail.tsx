import type { RefObject } from "preact";
import type { Stage } from "../canvas/Stage";
import { IconButton } from "../shared/IconButton";
import type { Studio, Tool } from "./Studio";

const TOOLS: { readonly tool: Tool; readonly label: string; readonly shortcut: string }[] = [
  { tool: "add", label: "Add: click a part, drag a box", shortcut: "A" },
  { tool: "remove", label: "Remove: click what does not belong", shortcut: "S" },
  { tool: "pan", label: "Move the picture", shortcut: "V" },
];

/** What a click does, and how the picture lies. */
export function ToolRail({ studio, stage }: { studio: Studio; stage: RefObject<Stage | null> }) {
  const empty = studio.picture.value === null;
  return (
    <div class="rail" role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {TOOLS.map(({ tool, label, shortcut }) => (
        <IconButton key={tool} icon={tool} label={label} shortcut={shortcut} disabled={empty}
          pressed={studio.tool.value === tool} onClick={() => (studio.tool.value = tool)} />
      ))}
      <hr />
      <IconButton icon="done" label="Done: begin another object" shortcut="N" disabled={!studio.shown.active.value}
        onClick={() => studio.finishObject()} />
      <hr />
      <IconButton icon="zoomIn" label="Zoom in" shortcut="+" disabled={empty}
        onClick={() => stage.current?.zoom(1.5)} />
      <IconButton icon="zoomOut" label="Zoom out" shortcut="-" disabled={empty}
        onClick={() => stage.current?.zoom(1 / 1.5)} />
      <IconButton icon="fit" label="Whole picture" shortcut="0" disabled={empty} onClick={() => stage.current?.fit()} />
    </div>
  );
}
