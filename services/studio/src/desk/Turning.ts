import { type ReadonlySignal, signal } from "@preact/signals";
import { Code, SegmentationError } from "segmentation-client";
import { PictureState, Role } from "segmentation-client/projects";
import { deskTexts } from "../texts/desk/texts";
import type { Desk } from "./Desk";

/** Goes from picture to picture: the server says which is next, and the visit knows which was before. */
export class Turning {
  /** True while the next picture is being found. */
  readonly isTurning = signal(false);
  private readonly visited: bigint[] = [];
  private at = -1;
  private ahead = new AbortController();

  /**
   * @param isReviewing True in review mode: without a job the next picture is then one that waits for a reviewer.
   * @param onPicture Opens another picture of the project.
   */
  constructor(
    private readonly desk: Desk,
    private readonly isReviewing: ReadonlySignal<boolean>,
    private readonly onPicture: () => (picture: bigint) => void,
  ) {}

  /** A picture was opened, by whomever. */
  opened(picture: bigint): void {
    if (this.visited[this.at] !== picture) {
      this.visited.splice(this.at + 1, Infinity, picture);
      this.at++;
    }
  }

  /** Goes to the picture before in this visit. */
  previous(): void {
    if (this.at > 0) {
      this.onPicture()(this.visited[--this.at]);
    } else {
      this.desk.notices.add(deskTexts.peek().noPrevious);
    }
  }

  /** Goes to the next picture of this visit, or to the one that the server chooses. */
  async next(): Promise<void> {
    const place = this.desk.place.peek();
    if (!place || this.isTurning.peek()) {
      return;
    }
    if (this.at + 1 < this.visited.length) {
      this.onPicture()(this.visited[++this.at]);
      return;
    }
    this.isTurning.value = true;
    try {
      const { project, job, picture: after } = place;
      if (job === 0n && this.reviews()) {
        await this.nextToReview(project);
        return;
      }
      const { picture, upcoming } = await this.desk.server.pictures.nextPicture({
        project, holder: this.desk.lease.holder, job, after,
      });
      if (picture) {
        [picture.id, ...upcoming].forEach((id) => this.desk.encoding.expected.add(id));
        this.loadAhead(project, job, upcoming);
        this.onPicture()(picture.id);
      }
    } catch (error) {
      if (error instanceof SegmentationError && error.code === Code.NotFound) {
        this.desk.notices.add(deskTexts.peek().noNext);
      } else {
        this.desk.trouble(error);
      }
    } finally {
      this.isTurning.value = false;
    }
  }

  /** Says that the picture is done, and goes to the next. */
  async finish(): Promise<void> {
    const place = this.desk.place.peek();
    if (!place || !this.desk.mayDraw()) {
      return;
    }
    const { project, picture, job } = place;
    try {
      if (job !== 0n) {
        await this.desk.server.jobs.finishJobPicture({
          project, job, picture, skip: false, activeMs: BigInt(this.desk.clock.pictureMs),
        });
      } else {
        await this.desk.server.pictures.updatePictures({
          project, pictures: [picture], values: { state: this.finishedState() }, updateMask: { paths: ["state"] },
        });
      }
      await this.next();
    } catch (error) {
      this.desk.trouble(error);
    }
  }

  /** Leaves the picture out of the work, with a reason, and goes to the next. */
  async exclude(reason: string): Promise<void> {
    const place = this.desk.place.peek();
    if (!place || reason.trim() === "") {
      return;
    }
    try {
      await this.desk.server.pictures.updatePictures({
        project: place.project, pictures: [place.picture], values: { excludedReason: reason.trim() },
        updateMask: { paths: ["excluded_reason"] },
      });
      await this.next();
    } catch (error) {
      this.desk.trouble(error);
    }
  }

  /** True for a reviewer in review mode. */
  private reviews(): boolean {
    return this.isReviewing.peek() && (this.desk.project.peek()?.role ?? Role.UNSPECIFIED) >= Role.REVIEWER;
  }

  /** State of the open picture when its annotator, or in review mode its reviewer, is done with it. */
  private finishedState(): PictureState {
    if (!this.reviews()) {
      return PictureState.DONE;
    }
    return this.desk.entry.peek()?.unsatisfactoryCount ? PictureState.TO_REVISIT : PictureState.ACCEPTED;
  }

  /** Goes to the next picture that waits for a reviewer, is not held by others and was not seen in this visit. */
  private async nextToReview(project: string): Promise<void> {
    const seen = new Set(this.visited);
    const { pictures } = await this.desk.server.pictures.listPictures({
      project, filter: { states: [PictureState.DONE], excluded: false }, pageSize: Math.min(1000, 100 + seen.size),
    });
    const [next, ...rest] = pictures
      .filter(({ id, lease }) => !seen.has(id) && (!lease?.subject || lease.holder === this.desk.lease.holder))
      .map(({ id }) => id);
    if (next === undefined) {
      this.desk.notices.add(deskTexts.peek().noNext);
      return;
    }
    this.loadAhead(project, 0n, rest.slice(0, 3));
    this.onPicture()(next);
  }

  /** Loads the pictures that probably follow into the cache, one after the other. */
  private loadAhead(project: string, job: bigint, upcoming: readonly bigint[]): void {
    this.ahead.abort();
    const { signal: ended } = this.ahead = new AbortController();
    void (async () => {
      for (const picture of upcoming) {
        if (!ended.aborted) {
          await this.desk.loader.prefetch({ project, picture, job }, ended);
        }
      }
    })();
  }
}
