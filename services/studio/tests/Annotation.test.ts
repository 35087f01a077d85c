import { describe, expect, it } from "vitest";
import {
  addPoint, answer, chooseNext, deleteObject, EMPTY, finishObject, replaceMask, setBox, withoutLabel,
} from "../src/annotation/Annotation";
import { advance, amend, begin, redo, undo } from "../src/annotation/History";
import { addLabel, beginningOf, NO_LABELS } from "../src/annotation/labels";
import { type Candidate, scoreOf } from "../src/annotation/types";

const POINT = { x: 3, y: 4, foreground: true };
const BOX = { xMin: 1, yMin: 2, xMax: 5, yMax: 6 };

function candidate(predictedIou: number): Candidate {
  return {
    runs: { width: 1, height: 1, counts: Uint32Array.of(0, 1) }, area: 1, box: { x: 0, y: 0, width: 1, height: 1 },
    predictedIou, stabilityScore: 1,
  };
}

describe("an annotation", () => {
  it("mixes points and a box in one object until that is finished", () => {
    const mixed = setBox(addPoint(addPoint(EMPTY, POINT), { ...POINT, foreground: false }), BOX);
    const two = addPoint(finishObject(mixed), POINT);

    expect(mixed.objects.map(({ prompt }) => [prompt.points.length, prompt.box])).toEqual([[2, BOX]]);
    expect(two.objects.map(({ id }) => id)).toEqual([1, 2]);
    expect(two.objects[0].colour).not.toBe(two.objects[1].colour);
  });

  it("ignores the answer to a prompt that has changed since", () => {
    const before = addPoint(EMPTY, POINT);
    const after = addPoint(before, POINT);

    expect(answer(after, 1, before.objects[0].prompt, [candidate(1)])).toBe(after);
    expect(answer(after, 1, after.objects[0].prompt, [candidate(1)]).objects[0].answered).toBe(true);
  });

  it("goes around the candidates", () => {
    const asked = addPoint(EMPTY, POINT);
    let annotation = answer(asked, 1, asked.objects[0].prompt, [candidate(1), candidate(0.9), candidate(0.8)]);
    const chosen = [1, 1, 1, -1].map((step) => (annotation = chooseNext(annotation, 1, step)).objects[0].chosen);

    expect(chosen).toEqual([1, 2, 0, 2]);
  });

  it("begins another object after the one worked on is deleted", () => {
    const annotation = addPoint(deleteObject(addPoint(EMPTY, POINT), 1), POINT);

    expect(annotation.objects.map(({ id }) => id)).toEqual([2]);
  });

  it("keeps a mask that was cleaned, whatever the prompt's answer brings later", () => {
    const asked = addPoint(EMPTY, POINT);
    const { prompt } = asked.objects[0];
    const answered = answer(asked, 1, prompt, [candidate(1)]);
    const cleaned = replaceMask(answered, 1, candidate(0.5));
    const later = [candidate(1), candidate(0.9), candidate(0.8)];

    expect(answer(cleaned, 1, prompt, later)).toBe(cleaned);
    expect(cleaned.objects[0]).toMatchObject({ answered: true, candidates: [{ predictedIou: 0.5 }] });
    expect(answer(answered, 1, prompt, later).objects[0].candidates).toBe(later);
    expect(replaceMask(answered, 1, answered.objects[0].candidates[0])).toBe(answered);
  });

  it("gives new objects the label that was chosen last, until it is taken from them", () => {
    const labels = addLabel(NO_LABELS, "cat");
    const one = finishObject(addPoint(EMPTY, POINT, beginningOf(NO_LABELS, [])));
    const two = addPoint(one, POINT, beginningOf(labels, one.objects));

    expect(two.objects.map(({ labelId }) => labelId)).toEqual([null, 2]);
    expect(withoutLabel(two, 2).objects.map(({ labelId }) => labelId)).toEqual([null, null]);
    expect(withoutLabel(two, 3)).toBe(two);
    // A mark that a label has is not given to an object without one.
    const { mark } = beginningOf({ ...labels, currentId: null }, []);
    expect(mark.colour).not.toBe(labels.labels[0].colour);
  });

  it("shows scores that lie above one as one", () => {
    expect([1.02, 0.97, -0.01].map(scoreOf)).toEqual([1, 0.97, 0]);
  });
});

describe("a history", () => {
  it("goes back and forth, and keeps answers that came meanwhile", () => {
    const one = advance(begin(EMPTY), addPoint(EMPTY, POINT));
    const answered = amend(one, (annotation) => answer(annotation, 1, one.present.objects[0].prompt, [candidate(1)]));
    const two = advance(answered, addPoint(answered.present, POINT));

    expect(undo(two).present.objects[0].candidates.length).toBe(1);
    expect(undo(undo(two)).present).toBe(EMPTY);
    expect(redo(undo(two)).present).toBe(two.present);
    expect(undo(begin(EMPTY)).present).toBe(EMPTY);
  });
});
