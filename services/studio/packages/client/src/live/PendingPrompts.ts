import type { SegmentStreamRequest, StreamAnswer } from "../gen/segmentation/v1/segmentation_service_pb.js";
import { SupersededError } from "../errors/SegmentationError.js";

/** A prompt that was not answered yet. */
export interface PendingPrompt {
  readonly request: SegmentStreamRequest;
  readonly resolve: (answer: StreamAnswer) => void;
  readonly reject: (error: unknown) => void;
  /** True if the image was uploaded again for this prompt, which is done once. */
  restored: boolean;
}

/** The prompts of a session that were not answered yet, by their sequence numbers. */
export class PendingPrompts {
  private readonly all = new Map<bigint, PendingPrompt>();

  /** Number of pending prompts. */
  get size(): number {
    return this.all.size;
  }

  /** Requests of the pending prompts, in order. */
  get requests(): SegmentStreamRequest[] {
    return [...this.all.values()].map(({ request }) => request);
  }

  /** Adds a prompt; returns a promise of its answer. */
  add(sequence: bigint, request: SegmentStreamRequest): Promise<StreamAnswer> {
    return new Promise((resolve, reject) => {
      this.all.set(sequence, { request, resolve, reject, restored: false });
    });
  }

  get(sequence: bigint): PendingPrompt | undefined {
    return this.all.get(sequence);
  }

  /** Removes a prompt that has its answer or will have none. */
  take(sequence: bigint): PendingPrompt | undefined {
    const pending = this.all.get(sequence);
    this.all.delete(sequence);
    return pending;
  }

  /** Rejects prompts that newer ones have superseded. */
  supersede(sequences: bigint[]): void {
    for (const sequence of sequences) {
      this.take(sequence)?.reject(new SupersededError());
    }
  }

  /** Rejects all prompts: none of them will be answered. */
  rejectAll(error: unknown): void {
    const all = [...this.all.values()];
    this.all.clear();
    for (const { reject } of all) {
      reject(error);
    }
  }
}
