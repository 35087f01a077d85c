/** Waits some milliseconds, or without an end with `Infinity`; ends early when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = milliseconds < Infinity ? setTimeout(end, milliseconds) : undefined;
    signal.addEventListener("abort", end);
    if (signal.aborted) {
      end();
    }
  });
}
