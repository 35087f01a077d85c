import { computed, signal } from "@preact/signals";
import { type FoundMask, type SegmentationClient, SegmentationError } from "segmentation-client";
import { contains } from "segmentation-client/rle";
import type { Candidate, PointPrompt } from "../annotation/types";
import type { Studio } from "../app/Studio";
import type { Picture } from "../picture/Picture";
import { toCandidate, toMilliseconds } from "../segmenting/server/messages";
import { inWords } from "../texts/errors";
import type { Texts } from "../texts/en";
import { texts } from "../texts/texts";
import { type EverythingSettings, toOptions } from "./settings";
import { suppress } from "./suppress";

/** A mask that was found without a prompt. */
export interface FoundObject extends Candidate {
  /** The grid's point that found it. */
  readonly point: PointPrompt;
}

/** How far a run is. */
export interface RunProgress {
  readonly pointsDone: number;
  readonly points: number;
  /** Seconds to go; null while nobody can tell. */
  readonly remainingSeconds: number | null;
}

/** Everything in the open picture: the search, what it has found, and what the pointer is on. */
export class EverythingRun {
  readonly found = signal<readonly FoundObject[]>([]);
  readonly pointed = signal<FoundObject | null>(null);
  /** How far the search is; null when none is running. */
  readonly progress = signal<RunProgress | null>(null);
  /** How the last search ended, in whatever language the page is. */
  readonly outcome = signal<((texts: Texts) => string) | null>(null);
  readonly showing = computed(() => this.found.value.length > 0);
  private running: AbortController | undefined;
  private boxNmsThresh = 1;

  constructor(
    private readonly client: SegmentationClient,
    private readonly studio: Studio,
  ) {
    studio.onLeave(() => {
      this.cancel();
      this.clear();
    });
  }

  /** Searches the open picture; what an earlier search found is forgotten. */
  async start(settings: EverythingSettings): Promise<void> {
    const picture = this.studio.picture.value;
    if (!picture?.id) {
      return;
    }
    this.cancel();
    this.clear();
    const running = new AbortController();
    this.boxNmsThresh = settings.boxNmsThresh;
    this.running = running;
    this.progress.value = { pointsDone: 0, points: 0, remainingSeconds: null };
    try {
      await this.search(picture, settings, running.signal);
    } catch (error) {
      if (!running.signal.aborted) {
        this.found.value = [];
        this.studio.trouble(error instanceof SegmentationError && error.isTransient
          ? texts.peek().everything.interrupted(inWords(error)) : inWords(error));
      }
    }
    if (this.running === running) {
      this.running = undefined;
      this.progress.value = null;
    }
  }

  /** Ends the search; of what it has found so far that stays which the search would not have taken for the same. */
  cancel(): void {
    if (this.running) {
      this.found.value = suppress(this.found.value, this.boxNmsThresh);
      this.pointed.value = null;
      this.running.abort();
      this.running = undefined;
      this.progress.value = null;
      const found = this.found.value.length;
      this.outcome.value = ({ everything }) => everything.cancelled(found);
    }
  }

  /** The pointer is here; the smallest mask around it is pointed at. */
  point(at: { x: number; y: number } | null): void {
    let best: FoundObject | null = null;
    if (at) {
      const x = Math.floor(at.x);
      const y = Math.floor(at.y);
      for (const found of this.found.value) {
        if ((!best || found.area < best.area) && inBox(found, x, y) && contains(found.runs, x, y)) {
          best = found;
        }
      }
    }
    this.pointed.value = best;
  }

  /** Makes what is pointed at an object. */
  keepPointed(): void {
    const pointed = this.pointed.value;
    if (pointed) {
      this.studio.keep([pointed]);
      this.found.value = this.found.value.filter((found) => found !== pointed);
      this.pointed.value = null;
    }
  }

  /** Makes everything found an object. */
  keepAll(): void {
    this.studio.keep(this.found.value);
    this.clear();
  }

  /** Forgets what was found and not kept. */
  clear(): void {
    this.found.value = [];
    this.pointed.value = null;
    this.outcome.value = null;
  }

  private async search(picture: Picture, settings: EverythingSettings, signal: AbortSignal): Promise<void> {
    const options = toOptions(settings);
    // Crops are cut from the file, which the server does not keep.
    const image = settings.cropLayers > 0
      ? { case: "imageData" as const, value: new Uint8Array(await picture.file.arrayBuffer()) }
      : { case: "imageId" as const, value: picture.id! };
    const final: FoundObject[] = [];
    for await (const { response } of this.client.everything({ image, options, provisional: true }, signal)) {
      switch (response.case) {
        case "progress": {
          const { pointsDone, points, remaining } = response.value;
          this.progress.value = {
            pointsDone: Number(pointsDone),
            points: Number(points),
            remainingSeconds: remaining ? toMilliseconds(remaining) / 1000 : null,
          };
          break;
        }
        case "provisional":
          this.found.value = [...this.found.value, toFound(response.value)];
          break;
        case "mask":
          final.push(toFound(response.value));
          break;
        case "finished": {
          const seconds = toMilliseconds(response.value.elapsed) / 1000;
          this.found.value = final;
          this.pointed.value = null;
          this.outcome.value = ({ everything }) => everything.found(final.length, seconds);
          break;
        }
      }
    }
  }
}

function toFound({ mask, point }: FoundMask): FoundObject {
  return { ...toCandidate(mask!), point: { x: point?.x ?? 0, y: point?.y ?? 0, foreground: true } };
}

function inBox({ box }: Candidate, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}
