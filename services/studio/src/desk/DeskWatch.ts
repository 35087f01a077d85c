import { Backoff } from "segmentation-client";
import type { ProjectsClient, WatchPictureResponse } from "segmentation-client/projects";
import { pause } from "../shared/pause";
import type { Place } from "./journal/JournalEntry";

/** The stream of what happens on the open picture; after a lost connection it goes on where it was. */
export class DeskWatch {
  private ending = new AbortController();
  private waking = new AbortController();

  /**
   * @param after Returns the number of the last operation that the page knows.
   * @param onNews Receives what happened.
   */
  constructor(
    private readonly annotations: Pick<ProjectsClient["annotations"], "watchPicture">,
    private readonly after: () => bigint,
    private readonly onNews: (news: WatchPictureResponse) => void,
  ) {}

  /** Watches a picture until `end`. */
  async run(place: Place): Promise<void> {
    const { signal: ended } = this.ending = new AbortController();
    const backoff = new Backoff();
    while (!ended.aborted) {
      try {
        for await (const news of this.annotations.watchPicture({ ...place, after: this.after() }, { signal: ended })) {
          if (ended.aborted) {
            return;
          }
          backoff.reset();
          this.onNews(news);
        }
      } catch {
        // The server is away, or has ended the stream with the credential: the next try says which.
      }
      if (!ended.aborted) {
        await pause(backoff.next(), this.waking.signal);
      }
    }
  }

  /** Connects at once instead of waiting. */
  wake(): void {
    this.waking.abort();
    this.waking = new AbortController();
  }

  /** Ends the watch. */
  end(): void {
    this.ending.abort();
    this.wake();
  }
}
