import { signal } from "@preact/signals";

/** Pauses that are longer count as this long, as in the figures of the SAM paper's data engine. */
const LONGEST_PAUSE_MS = 30_000;

/** Measures the time that a person is active, and counts clicks. */
export class ActiveClock {
  private sinceOperation = 0;
  private sincePicture = 0;
  private clicks = 0;
  private onMask = 0;
  private last: number | null = null;
  /** Whole active seconds on the present mask, with the time in which its object was looked for. */
  readonly maskSeconds = signal(0);

  /** @param now Time in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The person did something: pressed a key, or moved or pressed the pointer. */
  touched(): void {
    const now = this.now();
    if (this.last !== null) {
      const passed = Math.min(LONGEST_PAUSE_MS, now - this.last);
      this.sinceOperation += passed;
      this.sincePicture += passed;
      this.onMask += passed;
      this.maskSeconds.value = Math.floor(this.onMask / 1000);
    }
    this.last = now;
  }

  /** The person set a point or a box. */
  clicked(): void {
    this.clicks++;
  }

  /** Active milliseconds and clicks since the last operation; counting begins anew. */
  takeOperation(): { readonly activeMs: number; readonly clicks: number } {
    this.touched();
    const taken = { activeMs: Math.round(this.sinceOperation), clicks: this.clicks };
    this.sinceOperation = 0;
    this.clicks = 0;
    return taken;
  }

  /** Active milliseconds since the picture was opened. */
  get pictureMs(): number {
    return Math.round(this.sincePicture);
  }

  /** The person has finished a mask: the time of the next one begins. */
  maskDone(): void {
    this.onMask = this.maskSeconds.value = 0;
  }

  /** Begins anew, with the next picture. */
  restart(): void {
    this.maskDone();
    this.sinceOperation = this.sincePicture = this.clicks = 0;
    this.last = this.now();
  }
}
