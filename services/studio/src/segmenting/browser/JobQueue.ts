import type { ToWorker } from "./protocol";

/** A prompt to be decoded. */
export type DecodeJob = Extract<ToWorker, { kind: "decode" }>;

/** Work of the decoding worker in the order it is done: clicks in theirs, then the newest movement of the pointer. */
export class JobQueue {
  private readonly clicks: DecodeJob[] = [];
  private movement: DecodeJob | undefined;

  /** Adds a job; returns the job that it supersedes. */
  add(job: DecodeJob): DecodeJob | undefined {
    if (!job.latest) {
      this.clicks.push(job);
      return undefined;
    }
    const superseded = this.movement;
    this.movement = job;
    return superseded;
  }

  get isEmpty(): boolean {
    return this.clicks.length === 0 && !this.movement;
  }

  /** Takes the next job. */
  next(): DecodeJob | undefined {
    const click = this.clicks.shift();
    if (click) {
      return click;
    }
    const movement = this.movement;
    this.movement = undefined;
    return movement;
  }

  /** Takes all jobs. */
  clear(): DecodeJob[] {
    const all = this.clicks.splice(0);
    if (this.movement) {
      all.push(this.movement);
    }
    this.movement = undefined;
    return all;
  }
}
