const FIRST_MS = 200;
const LAST_MS = 4000;

/** Waits that double, each shortened by up to half at random so that many clients do not return at once. */
export class Backoff {
  private wait = FIRST_MS;

  constructor(private readonly random: () => number = Math.random) {}

  /** The next wait, in milliseconds. */
  next(): number {
    const wait = this.wait;
    this.wait = Math.min(LAST_MS, wait * 2);
    return wait * (1 - this.random() / 2);
  }

  /** Begins anew. */
  reset(): void {
    this.wait = FIRST_MS;
  }
}
