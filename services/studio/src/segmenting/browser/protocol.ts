import type { RunLengths } from "segmentation-client/rle";
import type { Candidate, PromptSpec } from "../../annotation/types";
import type { Language } from "../../texts/dictionaries";

/** Engine that decodes in the browser: the processor's cores by WebAssembly, or a GPU by WebGPU. */
export type Engine = "cpu" | "gpu";

/** Message from the page to the decoding worker. */
export type ToWorker =
  | {
    readonly kind: "load";
    readonly imageGraph: string;
    readonly decodeGraph: string;
    readonly maskGraph: string;
    readonly threads: number;
    /** "auto" for the faster one. */
    readonly engine: Engine | "auto";
    /** Language of the worker's messages. */
    readonly language: Language;
  }
  | {
    readonly kind: "open";
    readonly call: number;
    /** [256, 64, 64] binary16 values. */
    readonly embedding: Uint16Array;
    readonly width: number;
    readonly height: number;
  }
  | {
    readonly kind: "decode";
    readonly call: number;
    readonly prompt: MaskedPrompt;
    readonly latest: boolean;
  }
  | {
    readonly kind: "recall";
    readonly call: number;
    readonly prompt: MaskedPrompt;
    /** The mask whose logits are wanted; null for the best one. */
    readonly wanted: RunLengths | null;
  };

/** A prompt with the mask that it refines as [256, 256] logits. */
export interface MaskedPrompt extends Pick<PromptSpec, "points" | "box"> {
  readonly mask?: Float32Array;
}

/** Message from the decoding worker to the page. */
export type FromWorker =
  | { readonly kind: "loaded" }
  | { readonly kind: "unusable"; readonly reason: string }
  | { readonly kind: "engine"; readonly engine: Engine }
  | { readonly kind: "opened"; readonly call: number }
  | {
    readonly kind: "answer";
    readonly call: number;
    /** Its stability comes with the rest. */
    readonly best: Candidate;
    readonly decodeMs: number;
  }
  /** Follows every answer. */
  | {
    readonly kind: "rest";
    readonly call: number;
    readonly stabilityScore: number;
    readonly others: readonly Candidate[];
  }
  | {
    readonly kind: "recalled";
    readonly call: number;
    /** [256, 256]; of a mask drawn from its pixels where the prompt does not give it. */
    readonly logits: Float32Array;
  }
  | { readonly kind: "superseded"; readonly call: number }
  | { readonly kind: "failed"; readonly call: number; readonly reason: string };
