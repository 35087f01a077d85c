import type { Studio } from "../app/Studio";
import { IconButton } from "../shared/IconButton";
import type { EverythingRun } from "./EverythingRun";

/** What the panel needs. */
export interface EverythingPanelProps {
  readonly studio: Studio;
  readonly run: EverythingRun;
  readonly onClose: () => void;
}

/** Everything in the picture. */
export function EverythingPanel({ onClose }: EverythingPanelProps) {
  return (
    <section class="panel" aria-label="Everything">
      <header><h2>Everything</h2><IconButton icon="close" label="Close" onClick={onClose} /></header>
    </section>
  );
}
