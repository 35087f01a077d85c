import type { PixelBox, RunLengths } from "segmentation-client/rle";
import type { Provenance } from "segmentation-client/projects";
import type { Mark } from "./palette";

/** A point of a prompt, in pixels of the upright picture. */
export interface PointPrompt {
  readonly x: number;
  readonly y: number;
  /** True if the point belongs to the wanted object. */
  readonly foreground: boolean;
}

/** A box of a prompt, in pixels of the upright picture; the maximum is greater than the minimum. */
export interface BoxPrompt {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** A prompt: points and at most one box, all for the same object. */
export interface PromptSpec {
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** The mask that the prompt refines; undefined where it refines none. */
  readonly refines?: Refinement;
}

/**
 * A mask as part of a prompt, described by the prompt that gave it. Any decoder, also after a reload, can compute its
 * logits again: it answers that prompt and takes the mask from the answers.
 */
export interface Refinement {
  /** The prompt that gave the mask. */
  readonly prompt: PromptSpec;
  /** The chosen mask; null for the best one, when the answer was not there yet. */
  readonly mask: Candidate | null;
  /** Its place among the answers. */
  readonly index: number;
}

/** One of the masks of an answer. */
export interface Candidate {
  readonly runs: RunLengths;
  readonly area: number;
  readonly box: PixelBox;
  readonly predictedIou: number;
  readonly stabilityScore: number;
}

/** An object of the picture: its prompt, and the masks of the answer. Its mark is used while it has no label. */
export interface AnnotatedObject extends Mark {
  readonly id: number;
  readonly name: string;
  /** The label that it has; null for none, and none too where that label has been removed. */
  readonly labelId: number | null;
  readonly hidden: boolean;
  readonly prompt: PromptSpec;
  /** Best predicted IoU first; those of an earlier prompt until `answered`. */
  readonly candidates: readonly Candidate[];
  /** Index of the candidate that is the object's mask. */
  readonly chosen: number;
  /** True if the candidates are those of the prompt. */
  readonly answered: boolean;
  /** The project's data of the object; undefined outside of projects. */
  readonly record?: ObjectRecord;
}

/** State of a project's object: a proposal is no annotation until a person accepts it. */
export type RecordState = "active" | "proposed" | "rejected";

/** Facts about a project's object beside its mask and its label. */
export interface ObjectRecord {
  readonly uuid: string;
  readonly state: RecordState;
  /** Place in the stack: greater lies above. */
  readonly z: number;
  /** Number that objects of one group share; 0: none. */
  readonly group: number;
  /** Attributes as a JSON object; empty: none. */
  readonly attributes: string;
  readonly crowd: boolean;
  readonly occluded: boolean;
  /** Origin of the mask that the visit began with; undefined for a new object. */
  readonly provenance?: Provenance;
  /** Ids of the objects that it was made from in this visit. */
  readonly parents: readonly string[];
  /** Prompts of this visit before the mask was last changed by hand. */
  readonly prompts: readonly PromptSpec[];
  /** True if the mask was changed by hand in this visit. */
  readonly edited: boolean;
}

/** The object's mask, when there is one yet. */
export function maskOf(object: AnnotatedObject): Candidate | undefined {
  return object.candidates[object.chosen];
}

/** A mask's score, limited to 0 to 1: predictions of an IoU may be a little higher. */
export function scoreOf(predictedIou: number): number {
  return Math.min(1, Math.max(0, predictedIou));
}

/** Returns true if a prompt has no point and no box. */
export function isEmpty(prompt: PromptSpec): boolean {
  return prompt.points.length === 0 && prompt.box === null;
}
