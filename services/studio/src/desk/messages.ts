import { create } from "@bufbuild/protobuf";
import { PromptSchema } from "segmentation-client";
import {
  type Annotation as AnnotationMessage, AnnotationSchema, AnnotationSource, AnnotationState, type Provenance,
  ProvenanceSchema,
} from "segmentation-client/projects";
import { decodeCounts, encodeCounts } from "segmentation-client/rle";
import type { Mark } from "../annotation/palette";
import { drawnMask } from "../annotation/records";
import { type AnnotatedObject, isEmpty, maskOf, type RecordState } from "../annotation/types";
import { toPrompt } from "../segmenting/server/messages";

const STATES: Readonly<Record<RecordState, AnnotationState>> = {
  active: AnnotationState.ACTIVE, proposed: AnnotationState.PROPOSED, rejected: AnnotationState.REJECTED,
};

/** Name of a state in records. */
export function stateOf({ state }: AnnotationMessage): RecordState {
  return state === AnnotationState.PROPOSED ? "proposed" : state === AnnotationState.REJECTED ? "rejected" : "active";
}

/**
 * An annotation of the contract as an object of the page.
 * @param id The object's number on this page.
 * @param name Its name.
 * @param mark Its mark while it has no label.
 */
export function toObject(message: AnnotationMessage, id: number, name: string, mark: Mark): AnnotatedObject {
  const [height = 0, width = 0] = message.mask?.size ?? [];
  const { provenance } = message;
  return {
    id, name, labelId: message.label || null, colour: mark.colour, pattern: mark.pattern, hidden: false,
    prompt: { points: [], box: null }, chosen: 0, answered: true,
    candidates: [{
      ...drawnMask({ width, height, counts: decodeCounts(message.mask?.counts ?? "") }),
      predictedIou: provenance?.predictedIou ?? 0, stabilityScore: provenance?.stabilityScore ?? 0,
    }],
    record: {
      uuid: message.id, state: stateOf(message), z: message.z, group: message.group, attributes: message.attributesJson,
      crowd: message.crowd, occluded: message.occluded, parents: [], prompts: [], edited: false,
      ...(provenance ? { provenance } : {}),
    },
  };
}

/** Effort of a change, and the model that took part. */
export interface Effort {
  readonly activeMs: number;
  readonly clicks: number;
  readonly modelDigest: string;
}

/**
 * An object of the page as the contract has it.
 * @param effort Effort of the change if it changed the mask; undefined where the mask is as it was.
 */
export function toMessage(object: AnnotatedObject, effort: Effort | undefined): AnnotationMessage {
  const record = object.record!;
  const { runs } = maskOf(object)!;
  const provenance = effort ? provenanceOf(object, effort) : record.provenance;
  return create(AnnotationSchema, {
    id: record.uuid, label: object.labelId ?? 0,
    mask: { size: [runs.height, runs.width], counts: encodeCounts(runs.counts) },
    z: record.z, group: record.group, attributesJson: record.attributes, state: STATES[record.state],
    crowd: record.crowd, occluded: record.occluded, ...(provenance ? { provenance } : {}),
  });
}

/** Origin of a mask that was changed in this visit. */
function provenanceOf(object: AnnotatedObject, { activeMs, clicks, modelDigest }: Effort): Provenance {
  const record = object.record!;
  const before = record.provenance;
  const prompts = [...record.prompts, ...(isEmpty(object.prompt) ? [] : [object.prompt])];
  const mask = maskOf(object)!;
  const isPrompted = prompts.length > 0;
  // A proposal or an imported mask that clicks refine is its own parent.
  const isOther = before !== undefined && before.source !== AnnotationSource.ASSISTED && isPrompted;
  const parents = [...before?.parents ?? [], ...record.parents, ...(isOther ? [record.uuid] : [])];
  return create(ProvenanceSchema, {
    ...(before ?? create(ProvenanceSchema)),
    source: isPrompted ? AnnotationSource.ASSISTED
      : record.parents.length > 0 ? AnnotationSource.MERGED : before?.source ?? AnnotationSource.MANUAL,
    prompts: [...before?.prompts ?? [], ...prompts.map((prompt) => create(PromptSchema, toPrompt(prompt)))],
    modelDigest: isPrompted ? modelDigest : before?.modelDigest ?? "",
    predictedIou: mask.predictedIou,
    stabilityScore: Number.isNaN(mask.stabilityScore) ? 0 : mask.stabilityScore,
    parents: [...new Set(parents)],
    activeMs: BigInt(activeMs), clicks,
    // Brush and vertices change what a model gave; a mask that was drawn from the beginning is not an edited one.
    edited: (before?.edited ?? false)
      || (record.edited && (isPrompted || (before !== undefined && before.source !== AnnotationSource.MANUAL))),
  });
}
