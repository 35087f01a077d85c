import { useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Stage } from "../canvas/Stage";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** Properties of the canvases. */
export interface StageViewProps {
  readonly studio: Studio;
  readonly stage: RefObject<Stage | null>;
}

/** The picture's canvas and its overlay. */
export function StageView({ studio, stage }: StageViewProps) {
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    stage.current = new Stage(studio, picture.current!, overlay.current!);
    return () => {
      stage.current?.dispose();
      stage.current = null;
    };
  }, [studio]);
  useSignalEffect(() => {
    const active = studio.editor.shown.active.value;
    const mask = active?.answered ? active.candidates[active.chosen] : undefined;
    if (spoken.current) {
      spoken.current.textContent = active && mask
        ? texts.value.stage.mask(active.name, active.chosen + 1, active.candidates.length, mask.area) : "";
    }
  });
  return (
    <>
      <canvas ref={picture} class="canvas" aria-hidden="true" />
      <canvas
        ref={overlay}
        class={`canvas overlay tool-${studio.tool.value}`}
        id="stage"
        tabIndex={0}
        role="application"
        aria-label={texts.value.stage.label}
      />
      <p ref={spoken} class="visually-hidden" aria-live="polite" />
    </>
  );
}
