import { computed, signal } from "@preact/signals";
import { type Run, RunStage, RunState } from "segmentation-client/projects";
import { changeRecords } from "../annotation/records";
import { type AnnotatedObject, maskOf, type RecordState } from "../annotation/types";
import { uuidv7 } from "../shared/uuid";
import { deskTexts } from "../texts/desk/texts";
import type { Desk } from "./Desk";

/** The machine's proposals on the open picture: one key accepts or rejects each. */
export class Proposals {
  /** Proposals, the highest predicted IoU first. */
  readonly all = computed(() => this.desk.annotator.annotation.value.objects
    .filter(({ record, hidden }) => record?.state === "proposed" && !hidden)
    .sort((a, b) => scoreOf(b) - scoreOf(a)));
  /** The proposal that the keys decide. */
  readonly current = computed(() =>
    this.all.value.find(({ id }) => id === this.desk.annotator.annotation.value.activeId));
  /** The run that makes proposals for the open picture; null while there is none. */
  readonly run = signal<Run | null>(null);

  constructor(private readonly desk: Desk) {}

  /** Accepts the current proposal and goes to the next; the first call only goes to the first. */
  accept(): void {
    this.decide("active");
  }

  /** Rejects the current proposal and goes to the next. */
  reject(): void {
    this.decide("rejected");
  }

  /** Accepts or rejects all proposals whose predicted IoU is at least a limit, as one step. */
  decideAbove(limit: number, state: RecordState): void {
    const ids = new Set(this.all.peek().filter((object) => scoreOf(object) >= limit).map(({ id }) => id));
    if (ids.size > 0 && this.desk.mayDraw()) {
      this.desk.annotator.change({
        ...changeRecords(this.desk.annotator.annotation.peek(), ids, () => ({ state })), activeId: null,
      });
    }
  }

  /** Lets the server find confident masks on the open picture; they come as proposals. */
  async propose(): Promise<void> {
    const place = this.desk.place.peek();
    if (!place || this.run.peek() || !this.desk.mayDraw()) {
      return;
    }
    const { project, picture } = place;
    const { left } = this.desk;
    try {
      const run = await this.desk.server.runs.startRun({
        project, requestId: uuidv7(), stage: RunStage.SEMI_AUTOMATIC, pictures: [picture],
      });
      this.run.value = run;
      // The run goes on when the picture is left; its proposals are there at the next visit.
      for await (const now of this.desk.server.runs.watchRun({ project, run: run.id }, { signal: left })) {
        this.run.value = now;
      }
      if (this.run.peek()?.state === RunState.FAILED) {
        this.desk.notices.add(deskTexts.peek().proposingFailed);
      }
    } catch (error) {
      this.desk.trouble(error);
    } finally {
      this.run.value = null;
    }
  }

  private decide(state: RecordState): void {
    const current = this.current.peek();
    const all = this.all.peek();
    if (!current) {
      if (all[0]) {
        this.desk.annotator.select(all[0].id);
      }
    } else if (this.desk.mayDraw()) {
      const next = all[all.indexOf(current) + 1] ?? all.find((object) => object !== current);
      const decided = changeRecords(this.desk.annotator.annotation.peek(), new Set([current.id]), () => ({ state }));
      this.desk.annotator.change({ ...decided, activeId: next?.id ?? null });
    }
  }
}

function scoreOf(object: AnnotatedObject): number {
  return maskOf(object)?.predictedIou ?? 0;
}
