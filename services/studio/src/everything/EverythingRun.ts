import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type FoundMask, type SegmentationClient, SegmentationError } from "segmentation-client";
import { contains } from "segmentation-client/rle";
import { addMasked, type Annotation } from "../annotation/Annotation";
import { beginningOf, type LabelList } from "../annotation/labels";
import { type Candidate, maskOf } from "../annotation/types";
import type { Picture } from "../picture/Picture";
import { toCandidate, toMilliseconds } from "../segmenting/server/messages";
import { inWords } from "../texts/errors";
import type { Texts } from "../texts/en";
import { texts } from "../texts/texts";
import type { FoundObject } from "./FoundObject";
import { type EverythingSettings, toOptions } from "./settings";
import { suppress, without } from "./suppress";

/** The page around a search: what it searches, and where kept masks go. */
export interface EverythingHost {
  readonly picture: ReadonlySignal<Picture | null>;
  readonly annotation: ReadonlySignal<Annotation>;
  readonly labels: ReadonlySignal<LabelList>;
  /** Changes the annotation, as one step. */
  readonly change: (annotation: Annotation) => void;
  readonly say: (words: string) => void;
  /** Tells of a failure. */
  readonly onTrouble: (words: string) => void;
}

/** Progress of a search. */
export interface RunProgress {
  readonly pointsDone: number;
  readonly points: number;
  /** Estimated seconds to go; null while unknown. */
  readonly remainingSeconds: number | null;
}

/** Automatic mask generation on the open picture: the search, the masks found, and the one under the pointer. */
export class EverythingRun {
  readonly found = signal<readonly FoundObject[]>([]);
  readonly pointed = signal<FoundObject | null>(null);
  /** Progress of the search; null when none is running. */
  readonly progress = signal<RunProgress | null>(null);
  /** Outcome of the last search, as a function of the page's language. */
  readonly outcome = signal<((texts: Texts) => string) | null>(null);
  readonly showing = computed(() => this.found.value.length > 0);
  private running: AbortController | undefined;
  private boxNmsThresh = 1;

  constructor(
    private readonly client: SegmentationClient,
    private readonly host: EverythingHost,
  ) {}

  /** Ends the search and forgets its masks: the picture is about to be replaced. */
  leave(): void {
    this.cancel();
    this.clear();
  }

  /** Searches the open picture; forgets the masks of an earlier search. */
  async start(settings: EverythingSettings): Promise<void> {
    const picture = this.host.picture.value;
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
        this.host.onTrouble(error instanceof SegmentationError && error.isTransient
          ? texts.peek().everything.interrupted(inWords(error)) : inWords(error));
      }
    }
    if (this.running === running) {
      this.running = undefined;
      this.progress.value = null;
    }
  }

  /** Ends the search; keeps the masks found so far, without those it would have removed as duplicates. */
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

  /** Highlights the smallest mask under the pointer. */
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

  /** Makes the highlighted mask an object. */
  keepPointed(): void {
    const pointed = this.pointed.value;
    if (pointed) {
      this.keep([pointed]);
      this.found.value = this.found.value.filter((found) => found !== pointed);
      this.pointed.value = null;
    }
  }

  /** Makes every found mask an object. */
  keepAll(): void {
    this.keep(this.found.value);
    this.clear();
  }

  /** Makes masks objects, as one step. Masks that are objects already (IoU of at least 0.9) are left out. */
  keep(found: readonly FoundObject[]): void {
    const annotation = this.host.annotation.value;
    const fresh = without(found, annotation.objects.flatMap((object) => maskOf(object) ?? []));
    if (fresh.length < found.length) {
      this.host.say(texts.peek().everything.known(found.length - fresh.length));
    }
    this.host.change(fresh.reduce(
      (changed, { point, ...candidate }) => addMasked(changed, candidate, { points: [point], box: null },
        beginningOf(this.host.labels.value, changed.objects)),
      annotation));
  }

  /** Forgets masks that were found and not kept. */
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
    for await (const { response } of this.client.everything(
      { image, options, provisional: true, model: picture.model }, signal)) {
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
