import type { RefObject } from "preact";
import type { Stage } from "../canvas/Stage";
import type { StageTool } from "../canvas/Tool";
import { deskTexts } from "../texts/desk/texts";
import { texts } from "../texts/texts";
import { IconButton } from "../widgets/IconButton";
import type { DeskPage } from "./DeskPage";
import { keyOf } from "./keyWords";

const TOOLS: readonly StageTool[] = ["add", "remove", "brush", "eraser", "polygon", "pan"];

/** Buttons for the tool, the brush's size, the next object and the view. */
export function DeskRail({ page, stage }: { page: DeskPage; stage: RefObject<Stage | null> }) {
  const { desk } = page;
  const isEmpty = desk.state.value !== "ready";
  const words = deskTexts.value.tools;
  const tool = desk.tool.value;
  return (
    <div class="rail" role="toolbar" aria-label={words.title} aria-orientation="vertical">
      {TOOLS.map((name) => (
        <IconButton key={name} icon={name} label={words[name]} shortcut={keyOf(page, name)} disabled={isEmpty}
          pressed={tool === name} onClick={() => page.choose(name)} />
      ))}
      {(tool === "brush" || tool === "eraser") && (
        <label class="brush-size">
          <span class="visually-hidden">{words.size}</span>
          <input type="number" min={1} max={400} value={desk.drawing.size.value} title={words.size}
            onChange={({ currentTarget }) => desk.drawing.setSize(Number(currentTarget.value))} />
        </label>
      )}
      <hr />
      <IconButton icon="check" label={words.commit} shortcut={keyOf(page, "commit")}
        disabled={!desk.annotator.shown.active.value}
        onClick={() => desk.drawing.close() || desk.annotator.finishObject()} />
      <hr />
      <IconButton icon="zoomIn" label={texts.value.tools.zoomIn} shortcut={keyOf(page, "zoomIn")} disabled={isEmpty}
        onClick={() => stage.current?.view.zoom(1.5)} />
      <IconButton icon="zoomOut" label={texts.value.tools.zoomOut} shortcut={keyOf(page, "zoomOut")} disabled={isEmpty}
        onClick={() => stage.current?.view.zoom(1 / 1.5)} />
      <IconButton icon="fit" label={texts.value.tools.fit} shortcut={keyOf(page, "fit")} disabled={isEmpty}
        onClick={() => stage.current?.view.fit()} />
    </div>
  );
}
