import { signal } from "@preact/signals";
import { NO_TIMINGS, type Timings, withTiming } from "../shared/Timings";

/** Measures the time from a click to its mask on the screen. */
export class ClickTimer {
  readonly timings = signal<Timings>(NO_TIMINGS);
  private at: number | undefined;

  /**
   * Begins a measurement.
   * @param at The click's time stamp.
   */
  clicked(at: number): void {
    this.at = at;
  }

  /** Cancels a measurement: the click's mask will not be painted. */
  forget(): void {
    this.at = undefined;
  }

  /**
   * Must be called when the click's mask has been drawn.
   * @returns A function to be called when the mask is on the screen; undefined when no click is being timed.
   */
  drawn(): (() => void) | undefined {
    const start = this.at;
    this.at = undefined;
    return start === undefined ? undefined : () => {
      const { duration } = performance.measure("click-to-mask", { start });
      this.timings.value = withTiming(this.timings.value, duration);
    };
  }
}
