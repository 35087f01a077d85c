import { replaceMask } from "../annotation/Annotation";
import { withoutHoles, withoutSpecks, withRuns } from "../annotation/regions";
import { maskOf } from "../annotation/types";
import { texts } from "../texts/texts";
import type { Studio } from "./Studio";

/** Regions that cleaning finds: small regions of the mask, and small holes in it. */
export type Dirt = "specks" | "holes";

/** Removes specks of, or fills holes in, the active object's mask that have fewer pixels than a limit, as one step. */
export function clean(studio: Studio, dirt: Dirt, pixels: number): void {
  const active = studio.editor.active.value;
  const mask = active && maskOf(active);
  if (!active?.answered || !mask) {
    return;
  }
  const runs = (dirt === "specks" ? withoutSpecks : withoutHoles)(mask.runs, pixels);
  if (runs === mask.runs) {
    studio.notices.add(texts.peek().cleaning.nothing[dirt](pixels));
  } else {
    studio.editor.change(replaceMask(studio.editor.annotation.value, active.id, withRuns(mask, runs)));
  }
}
