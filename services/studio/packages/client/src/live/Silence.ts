/** A connection without an answer for so long, while prompts are pending, is closed. */
const SILENCE_MS = 20_000;

/** Notices that an answer is overdue. */
export class Silence {
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tooLong Is called when there was no answer for too long. */
  constructor(private readonly tooLong: () => void) {}

  /** An answer is awaited from now on. */
  watch(): void {
    this.stop();
    this.timer = setTimeout(this.tooLong, SILENCE_MS);
  }

  /** No answer is awaited. */
  stop(): void {
    clearTimeout(this.timer);
  }
}
