import type { RunLengths } from "segmentation-client/rle";
import { type Annotation, deleteObject } from "../annotation/Annotation";
import { addDrawn, changeRecords, drawMask } from "../annotation/records";
import { type AnnotatedObject, maskOf } from "../annotation/types";
import { isSameRuns } from "../drawing/runs";
import { fillHoles, join, largestPart, partsOf, smooth } from "../drawing/parts";
import { deskTexts } from "../texts/desk/texts";
import type { Desk } from "./Desk";

/** Side of the square in which a majority of pixels decides, when a mask is smoothed: 5. */
const SMOOTH_RADIUS = 2;

/** Changes of whole masks on the desk. Every call is one step that can be undone. */
export class DeskActions {
  /** Objects that were copied, for other pictures of the same size. */
  private copied: readonly AnnotatedObject[] = [];

  constructor(private readonly desk: Desk) {}

  /** The active object and those chosen beside it, the active one first. */
  get chosen(): AnnotatedObject[] {
    const { objects, activeId } = this.annotation;
    const selected = this.desk.selection.objects.peek();
    return objects.filter(({ id }) => id === activeId || selected.has(id))
      .sort((a, b) => Number(b.id === activeId) - Number(a.id === activeId));
  }

  fillHoles(): void {
    this.redraw(fillHoles, deskTexts.peek().nothing.holes);
  }

  keepLargest(): void {
    this.redraw(largestPart, deskTexts.peek().nothing.parts);
  }

  smooth(): void {
    this.redraw((mask) => smooth(mask, SMOOTH_RADIUS), deskTexts.peek().nothing.rough);
  }

  /** Makes an object of each detached part of the active one. */
  split(): void {
    const [active] = this.chosen;
    const mask = active && maskOf(active);
    const parts = mask ? partsOf(mask.runs) : [];
    if (!active || parts.length < 2) {
      this.desk.notices.add(deskTexts.peek().nothing.parts);
    } else if (this.desk.mayDraw()) {
      const [first, ...others] = parts;
      const split = others.reduce((annotation, part) => this.added(annotation, active, part),
        drawMask(this.annotation, active.id, first));
      this.change({ ...split, activeId: active.id });
    }
  }

  /** Joins the chosen objects to one: the active one's. */
  join(): void {
    const [first, ...others] = this.chosen.filter((object) => maskOf(object));
    if (!first || others.length === 0) {
      this.desk.notices.add(deskTexts.peek().nothing.toJoin);
    } else if (this.desk.mayDraw()) {
      const joined = join([first, ...others].map((object) => maskOf(object)!.runs));
      const parents = others.flatMap(({ record }) => (record ? [record.uuid] : []));
      const drawn = changeRecords(drawMask(this.annotation, first.id, joined), new Set([first.id]),
        (record) => ({ parents: [...record.parents, ...parents] }));
      const rest = others.reduce((annotation, { id }) => deleteObject(annotation, id), drawn);
      this.change({ ...rest, activeId: first.id });
      this.desk.selection.clear();
    }
  }

  /** Lays the chosen objects higher or lower. */
  lift(step: number): void {
    const ids = new Set(this.chosen.map(({ id }) => id));
    if (ids.size > 0 && this.desk.mayDraw()) {
      this.change(changeRecords(this.annotation, ids, ({ z }) => ({ z: z + step })));
    }
  }

  duplicate(): void {
    const chosen = this.chosen.filter((object) => maskOf(object));
    if (chosen.length > 0 && this.desk.mayDraw()) {
      this.change(chosen.reduce((annotation, object) =>
        this.added(annotation, object, maskOf(object)!.runs), this.annotation));
    }
  }

  delete(): void {
    const { chosen } = this;
    if (chosen.length > 0 && this.desk.mayDraw()) {
      this.change(chosen.reduce((annotation, { id }) => deleteObject(annotation, id), this.annotation));
      this.desk.selection.clear();
    }
  }

  /** Copies the chosen objects, or all that are shown where none is chosen; returns their number. */
  copy(): number {
    const chosen = this.chosen.length > 0 ? this.chosen : this.annotation.objects.filter(({ hidden }) => !hidden);
    this.copied = chosen.filter((object) => maskOf(object) && object.record?.state === "active");
    return this.copied.length;
  }

  /** Adds the copied objects to the open picture, if it has the size of theirs. */
  paste(): void {
    const picture = this.desk.picture.peek();
    const copied = this.copied.filter((object) => {
      const { width, height } = maskOf(object)!.runs;
      return width === picture?.width && height === picture.height;
    });
    if (copied.length < this.copied.length) {
      this.desk.notices.add(deskTexts.peek().otherSize);
    }
    if (copied.length > 0 && this.desk.mayDraw()) {
      this.change(copied.reduce((annotation, object) =>
        this.added(annotation, object, maskOf(object)!.runs), this.annotation));
    }
  }

  /** Shows or hides the active object on this page. */
  toggleHidden(): void {
    const active = this.desk.annotator.active.peek();
    if (active) {
      this.desk.annotator.describe(active.id, { hidden: !active.hidden });
    }
  }

  /** Gives a label to the chosen objects and to new ones; null for none. */
  giveLabel(id: number | null): void {
    this.desk.labels.choose(id);
    const ids = new Set(this.chosen.map((object) => object.id));
    const objects = this.annotation.objects.map((object) => (ids.has(object.id) ? { ...object, labelId: id } : object));
    if (this.chosen.some(({ labelId }) => labelId !== id) && this.desk.mayDraw()) {
      this.change({ ...this.annotation, objects });
    }
  }

  private redraw(work: (mask: RunLengths) => RunLengths, nothing: string): void {
    const [active] = this.chosen;
    const mask = active && maskOf(active)?.runs;
    const drawn = mask && work(mask);
    if (!active || !drawn || isSameRuns(drawn, mask)) {
      this.desk.notices.add(nothing);
    } else if (this.desk.mayDraw()) {
      this.change(drawMask(this.annotation, active.id, drawn));
    }
  }

  private added(annotation: Annotation, like: AnnotatedObject, runs: RunLengths): Annotation {
    const { labelId, colour, pattern } = like;
    return addDrawn(annotation, runs, { labelId, mark: { colour, pattern } }, like.record ? [like.record.uuid] : []);
  }

  private change(annotation: Annotation): void {
    this.desk.annotator.change(annotation);
  }

  private get annotation(): Annotation {
    return this.desk.annotator.annotation.peek();
  }
}
