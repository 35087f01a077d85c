import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Stage } from "../canvas/Stage";
import { toCanvas, toPicture } from "../canvas/Viewport";
import { texts } from "../texts/texts";
import type { DeskPage } from "./DeskPage";

/** Properties of the canvases. */
export interface DeskStageProps {
  readonly page: DeskPage;
  readonly stage: RefObject<Stage | null>;
}

/** The picture's canvas, the canvas of masks at rest, the canvas of what is changed, and pins of issues. */
export function DeskStage({ page, stage }: DeskStageProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  const { desk } = page;
  useEffect(() => {
    stage.current = new Stage({
      picture: desk.picture, tool: desk.tool, labels: desk.labels, editor: desk.editor, everything: desk.everything,
      comparison: desk.comparison, session: desk.session, drawing: desk.drawing,
    }, picture.current!, overlay.current!, layer.current!);
    return () => {
      stage.current?.dispose();
      stage.current = null;
    };
  }, [desk]);
  useSignalEffect(() => {
    const active = desk.annotator.shown.active.value;
    const mask = active?.answered ? active.candidates[active.chosen] : undefined;
    if (spoken.current) {
      spoken.current.textContent = active && mask
        ? texts.value.stage.mask(active.name, active.chosen + 1, active.candidates.length, mask.area) : "";
    }
  });
  return (
    <>
      <canvas ref={picture} class="canvas" aria-hidden="true" />
      <div class="desk-layer" aria-hidden="true"><canvas ref={layer} class="canvas" /></div>
      <canvas
        ref={overlay}
        class={`canvas overlay tool-${desk.tool.value}`}
        id="stage"
        tabIndex={0}
        role="application"
        aria-label={texts.value.stage.label}
        onPointerMove={({ offsetX, offsetY }) => {
          const view = stage.current?.view.viewport.peek();
          page.pointer = view ? toPicture(view, offsetX, offsetY) : null;
        }}
      />
      <Pins page={page} />
      <p ref={spoken} class="visually-hidden" aria-live="polite" />
    </>
  );
}

/** Marks at the places of open issues. */
function Pins({ page: { desk, reviewing } }: { page: DeskPage }) {
  const view = desk.session.resuming.view.value;
  const pin = reviewing.pin.value;
  if (!view) {
    return null;
  }
  const open = reviewing.issues.value.filter(({ resolved }) => !resolved);
  return (
    <div class="pins" aria-hidden="true">
      {[...open, ...(pin ? [{ id: "", ...pin }] : [])].map(({ id, x, y }) => {
        const at = toCanvas(view, x, y);
        return <i key={id} class="pin" style={{ left: `${at.x}px`, top: `${at.y}px` }} />;
      })}
    </div>
  );
}
