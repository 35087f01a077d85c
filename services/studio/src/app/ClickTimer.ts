import { signal } from "@preact/signals";
import { NO_TIMINGS, type Timings, withTiming } from "../shared/Timings";

/** Times from a click to its mask on the screen. */
export class ClickTimer {
  readonly timings = signal<Timings>(NO_TIMINGS);
  private at: number | undefined;

  /** @param at The click's time stamp. */
  clicked(at: number): void {
    this.at = at;
  }

  /** The click's mask will not be painted. */
  forget(): void {
    this.at = undefined;
  }

  /** The click's mask has just been drawn; returns what is to be called when it is on the screen, unless it was before. */
  drawn(): (() => void) | undefined {
    const start = this.at;
    this.at = undefined;
    return start === undefined ? undefined : () => {
      const { duration } = performance.measure("click-to-mask", { start });
      this.timings.value = withTiming(this.timings.value, duration);
    };
  }
}
