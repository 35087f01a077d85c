import { computed, signal } from "@preact/signals";
import { contains } from "segmentation-client/rle";
import type { SegmentationClient } from "segmentation-client";
import type { Candidate, PointPrompt } from "../annotation/types";
import type { Studio } from "../app/Studio";

/** A mask that was found without a prompt. */
export interface FoundObject extends Candidate {
  /** The grid's point that found it. */
  readonly point: PointPrompt;
}

/** How far a run is. */
export interface EverythingProgress {
  readonly pointsDone: number;
  readonly points: number;
  /** Seconds to go, as far as the server can tell. */
  readonly remainingSeconds: number | null;
}

/** What everything mode has found on the open picture, and which of it the pointer is on. */
export class EverythingRun {
  readonly found = signal<readonly FoundObject[]>([]);
  readonly pointed = signal<FoundObject | null>(null);
  readonly progress = signal<EverythingProgress | null>(null);
  readonly showing = computed(() => this.found.value.length > 0);

  constructor(
    readonly client: SegmentationClient,
    private readonly studio: Studio,
  ) {}

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
      this.keep(pointed);
      this.found.value = this.found.value.filter((found) => found !== pointed);
      this.pointed.value = null;
    }
  }

  /** Makes everything found an object. */
  keepAll(): void {
    for (const found of this.found.value) {
      this.keep(found);
    }
    this.clear();
  }

  private keep(found: FoundObject): void {
    this.studio.keep(found, { points: [found.point], box: null });
  }

  /** Forgets what was found and not kept. */
  clear(): void {
    this.found.value = [];
    this.pointed.value = null;
  }
}

function inBox({ box }: Candidate, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}
