import type { PixelBox, RunLengths } from "segmentation-client/rle";
import type { Mark } from "./palette";

/** A point of a prompt, in pixels of the upright picture. */
export interface PointPrompt {
  readonly x: number;
  readonly y: number;
  /** Whether it belongs to the wanted object. */
  readonly foreground: boolean;
}

/** A box of a prompt, in pixels of the upright picture; the maximum is greater than the minimum. */
export interface BoxPrompt {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** What the user pointed at: points and at most one box, all for the same object. */
export interface PromptSpec {
  readonly points: readonly PointPrompt[];
  readonly box: BoxPrompt | null;
  /** What the prompt starts from; nothing where it stands for itself. */
  readonly refines?: Refinement;
}

/**
 * A mask as part of a prompt, said by what made it: its logits can be made again anywhere, after a reload too, by asking
 * the prompt before and taking the mask out of its answers.
 */
export interface Refinement {
  /** What the mask was an answer to. */
  readonly prompt: PromptSpec;
  /** The mask that was chosen; null for the best one, which had not come yet. */
  readonly mask: Candidate | null;
  /** Its place among the answers. */
  readonly index: number;
}

/** One of the masks a prompt was answered with. */
export interface Candidate {
  readonly runs: RunLengths;
  readonly area: number;
  readonly box: PixelBox;
  readonly predictedIou: number;
  readonly stabilityScore: number;
}

/** An object of the picture: what was pointed at, and the masks that gave. Its mark is seen while it has no label. */
export interface AnnotatedObject extends Mark {
  readonly id: number;
  readonly name: string;
  /** The label that it has; null for none, and none too where that label has been removed. */
  readonly labelId: number | null;
  readonly hidden: boolean;
  readonly prompt: PromptSpec;
  /** Best predicted IoU first; those of an earlier prompt until `answered`. */
  readonly candidates: readonly Candidate[];
  /** Which candidate is the object's mask. */
  readonly chosen: number;
  /** Whether the candidates are those of the prompt. */
  readonly answered: boolean;
}

/** The object's mask, when there is one yet. */
export function maskOf(object: AnnotatedObject): Candidate | undefined {
  return object.candidates[object.chosen];
}

/** A mask's score within 0 and 1: what a model predicts of an overlap may lie a little above. */
export function scoreOf(predictedIou: number): number {
  return Math.min(1, Math.max(0, predictedIou));
}

/** Whether nothing was pointed at. */
export function isEmpty(prompt: PromptSpec): boolean {
  return prompt.points.length === 0 && prompt.box === null;
}
