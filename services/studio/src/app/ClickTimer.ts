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

  /** The click's mask has just been drawn; what was drawn is on the screen a turn later. */
  painted(): void {
    const start = this.at;
    if (start === undefined) {
      return;
    }
    this.at = undefined;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      const { duration } = performance.measure("click-to-mask", { start });
      this.timings.value = withTiming(this.timings.value, duration);
    };
    port2.postMessage(null);
  }
}
