import type { RunLengths } from "segmentation-client/rle";
import type { Provenance } from "segmentation-client/projects";
import { type AnnotatedObject, maskOf, type RecordState } from "../annotation/types";
import { isSameRuns } from "../drawing/runs";

/** The object as the journal or the server has it. */
export interface Content {
  readonly runs: RunLengths;
  readonly labelId: number | null;
  readonly state: RecordState;
  readonly rest: string;
  readonly provenance: Provenance | undefined;
}

/** The content of an object that a project stores. */
export function contentOf(object: AnnotatedObject): Content {
  const { z, group, attributes, crowd, occluded, state } = object.record!;
  return {
    runs: maskOf(object)!.runs, labelId: object.labelId, state,
    rest: JSON.stringify([z, group, attributes, crowd, occluded]),
    provenance: object.record!.provenance,
  };
}

/** Returns true if two contents are the same to the server. */
export function isSame(a: Content, b: Content): boolean {
  return a.labelId === b.labelId && a.state === b.state && a.rest === b.rest && isSameRuns(a.runs, b.runs);
}
