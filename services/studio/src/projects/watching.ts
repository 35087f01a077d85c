import { Backoff, SegmentationError } from "segmentation-client";
import { pause } from "../shared/pause";

/** Longest silence after a failure in milliseconds, so that a page that was left open does not ask without end. */
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows a stream of the server, and begins it again after a lost connection, until the server ends it or the signal
 * aborts. A refusal ends it as well.
 */
export async function watching<T>(
  watch: (signal: AbortSignal) => AsyncIterable<T>, onNews: (news: T) => void, signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      for await (const news of watch(signal)) {
        onNews(news);
      }
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof SegmentationError) || !error.isTransient) {
        return;
      }
      await pause(Math.min(error.retryAfterMs ?? backoff.next(), LONGEST_WAIT_MS), signal);
    }
  }
}
