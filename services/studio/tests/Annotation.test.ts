import { describe, expect, it } from "vitest";
import {
  addPoint, answer, chooseNext, deleteObject, EMPTY, finishObject, setBox,
} from "../src/annotation/Annotation";
import { advance, amend, begin, redo, undo } from "../src/annotation/History";
import type { Candidate } from "../src/annotation/types";

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
