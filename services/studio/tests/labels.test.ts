import { describe, expect, it } from "vitest";
import {
  addLabel, chooseLabel, describeLabel, isFree, type LabelList, labelOf, markOf, NO_LABELS, readLabels, removeLabel,
} from "../src/annotation/labels";

const two = addLabel(addLabel(NO_LABELS, "cat"), " dog ");

describe("labels", () => {
  it("have ids that are never given again, and the last one added is the one of new objects", () => {
    const again = addLabel(removeLabel(two, 3), "cow");

    expect(two.labels.map(({ id, name }) => [id, name])).toEqual([[2, "cat"], [3, "dog"]]);
    expect(two.currentId).toBe(3);
    expect(removeLabel(two, 3).currentId).toBeNull();
    expect(removeLabel(two, 2).currentId).toBe(3);
    expect(again.labels.map(({ id }) => id)).toEqual([2, 4]);
  });

  it("have colours of their own; one that was removed gives its colour to the next", () => {
    const again = addLabel(removeLabel(two, 2), "cow");

    expect(two.labels[0].colour).not.toBe(two.labels[1].colour);
    expect(labelOf(again, 4)?.colour).toBe(two.labels[0].colour);
  });

  it("have names that no other label has, and not the one of objects without a label", () => {
    for (const name of ["", "  ", "cat", " cat ", "object"]) {
      expect(isFree(two, name), name).toBe(false);
      expect(addLabel(two, name)).toBe(two);
      expect(describeLabel(two, 3, { name })).toBe(two);
    }
    expect(labelOf(describeLabel(two, 2, { name: "cat" }), 2)?.name).toBe("cat");
    expect(labelOf(describeLabel(two, 2, { name: " Cat ", colour: "#010203" }), 2)).toMatchObject(
      { name: "Cat", colour: "#010203" });
  });

  it("give objects their colour, until they are removed", () => {
    const object = { labelId: 2, colour: "#010203", pattern: 0 };

    expect(markOf(object, two)).toBe(two.labels[0]);
    expect(markOf(object, removeLabel(two, 2))).toBe(object);
    expect(markOf({ ...object, labelId: null }, two).colour).toBe("#010203");
  });

  it("are chosen for new objects only while they are there", () => {
    expect(chooseLabel(two, 2).currentId).toBe(2);
    expect(chooseLabel(two, null).currentId).toBeNull();
    expect(chooseLabel(two, 99)).toBe(two);
  });

  it("are read as they were kept", () => {
    expect(readLabels(JSON.stringify(two))).toEqual(two);
    expect(readLabels(JSON.stringify({ ...two, currentId: 77 }))).toEqual({ ...two, currentId: null });
  });

  it.each([
    null, "", "nonsense", "3", "null", "{}", JSON.stringify({ ...two, nextId: 3 }),
    JSON.stringify({ ...two, labels: [{ ...two.labels[0], colour: "red" }] }),
    JSON.stringify({ ...two, labels: [{ ...two.labels[0], id: 1 }] }),
    JSON.stringify({ ...two, labels: [null] }),
  ])("are none where what was kept is not a list: %s", (text) => {
    expect<LabelList>(readLabels(text)).toBe(NO_LABELS);
  });
});
