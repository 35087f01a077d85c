import { computed, signal } from "@preact/signals";
import { Code, SegmentationError } from "segmentation-client";
import { type Lease, LeaseSchema, type ProjectsClient, ProjectsError } from "segmentation-client/projects";
import type { Place } from "./journal/JournalEntry";

/** A lease lasts 90 s: two renewals may fail. */
const RENEWAL_MS = 30_000;
const SECONDS = 90;

/** The lease of the open picture: taken when the picture is opened, renewed while it is open, given back afterwards. */
export class DeskLease {
  /** The lease of somebody else, or of another window; null while this window may draw. */
  readonly other = signal<Lease | null>(null);
  /** True while this window holds the lease, or held it when the server was last reached. */
  readonly isMine = computed(() => this.other.value === null);
  private place: Place | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param holder Id of this window.
   * @param isLost Tells if a lease is of a window that is gone: this one takes its place then.
   * @param onTaken Is called when this window has got a lease that it had not.
   */
  constructor(
    private readonly pictures: Pick<ProjectsClient["pictures"], "leasePicture" | "releasePicture">,
    readonly holder: string,
    private readonly isLost: (lease: Lease) => Promise<boolean>,
    private readonly onTaken: () => void,
  ) {}

  /** Takes the lease of a picture, unless somebody else holds it. */
  async begin(place: Place): Promise<void> {
    this.place = place;
    this.other.value = null;
    this.timer = setInterval(() => void this.renew(false), RENEWAL_MS);
    await this.renew(false);
  }

  /** Takes the lease from whoever holds it. */
  takeOver(): Promise<void> {
    return this.renew(true);
  }

  /** Follows what a watch tells of the lease. */
  follow(lease: Lease): void {
    if (lease.subject === "") {
      if (this.other.value) {
        void this.renew(false, true);
      }
    } else {
      this.other.value = lease.holder === this.holder ? null : lease;
    }
  }

  /**
   * Ends the picture, and gives the lease back.
   * @param isSent Tells if all operations were sent: otherwise the lease ends by its time, and nobody comes between.
   */
  end(isSent: Promise<boolean>): void {
    const { place } = this;
    const isMine = this.other.peek() === null;
    clearInterval(this.timer);
    this.place = null;
    this.other.value = null;
    if (place && isMine) {
      void isSent.then((sent) => sent && this.place !== place
        ? this.pictures.releasePicture({ ...place, holder: this.holder }) : undefined).catch(() => undefined);
    }
  }

  /**
   * @param takeOver Takes the lease from whoever holds it.
   * @param isFree The server has said that nobody holds it.
   */
  private async renew(takeOver: boolean, isFree = false): Promise<void> {
    const { place } = this;
    if (!place || (this.other.peek() && !takeOver && !isFree && !this.isOver())) {
      return;
    }
    try {
      await this.pictures.leasePicture({ ...place, holder: this.holder, seconds: SECONDS, takeOver });
      if (this.place === place && this.other.peek()) {
        this.other.value = null;
        this.onTaken();
      }
    } catch (error) {
      const held = error instanceof ProjectsError ? error.find(LeaseSchema) : undefined;
      if (held && this.place === place) {
        this.other.value = held;
        if (!takeOver && await this.isLost(held)) {
          await this.renew(true);
        }
      } else if (takeOver && error instanceof SegmentationError && error.code !== Code.Canceled) {
        throw error;
      }
      // Otherwise the server is away: work goes on in the journal.
    }
  }

  /** True once the other's lease has ended by its time. */
  private isOver(): boolean {
    const end = this.other.peek()?.expireTime;
    return end === undefined || Number(end.seconds) * 1000 < Date.now();
  }
}
