import type { Candidate, PromptSpec } from "../../annotation/types";
import type { Language } from "../../texts/dictionaries";

/** What decodes in the browser: the processor's cores by WebAssembly, or a GPU by WebGPU. */
export type Engine = "cpu" | "gpu";

/** What the page says to the decoding worker. */
export type ToWorker =
  | {
    readonly kind: "load";
    readonly imageGraph: string;
    readonly decodeGraph: string;
    readonly threads: number;
    /** "auto" for the faster one. */
    readonly engine: Engine | "auto";
    /** The language of what it says. */
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
  | { readonly kind: "decode"; readonly call: number; readonly prompt: PromptSpec; readonly latest: boolean };

/** What the decoding worker says to the page. */
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
  | { readonly kind: "superseded"; readonly call: number }
  | { readonly kind: "failed"; readonly call: number; readonly reason: string };
