import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** Something that is read from the server, its last value, and why it could not be read. */
export class Fetched<T> {
  /** Undefined until the first answer. */
  readonly value = signal<T | undefined>(undefined);
  /** Why the last reading failed; undefined after a success. */
  readonly error = signal<unknown>(undefined);
  private reading: AbortController | undefined;

  constructor(private readonly read: (signal: AbortSignal) => Promise<T>) {}

  /** Reads again; what was read before stays until then. */
  async reload(): Promise<void> {
    this.stop();
    const reading = this.reading = new AbortController();
    try {
      const value = await this.read(reading.signal);
      if (this.reading === reading) {
        this.value.value = value;
        this.error.value = undefined;
      }
    } catch (error) {
      if (this.reading === reading) {
        this.error.value = error;
      }
    }
  }

  /** Gives up a reading that is on its way. */
  stop(): void {
    this.reading?.abort();
    this.reading = undefined;
  }
}

/** Reads something when a component appears and when a dependency changes. */
export function useFetched<T>(read: (signal: AbortSignal) => Promise<T>, dependencies: readonly unknown[]): Fetched<T> {
  const fetched = useMemo(() => new Fetched(read), [...dependencies]);
  useEffect(() => {
    void fetched.reload();
    return () => fetched.stop();
  }, [fetched]);
  return fetched;
}
