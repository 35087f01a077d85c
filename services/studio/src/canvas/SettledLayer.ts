import { activeOf, type Annotation } from "../annotation/Annotation";
import type { LabelList } from "../annotation/labels";
import { type AnnotatedObject, maskOf } from "../annotation/types";
import { paintSettled } from "./paintOverlay";
import type { Viewport } from "./Viewport";

const settledLists = new WeakMap<readonly AnnotatedObject[], Map<number | null, readonly AnnotatedObject[]>>();

/** Objects that are shown and not active; the same list for the same annotation. */
export function settledOf(annotation: Annotation): readonly AnnotatedObject[] {
  const lists = settledLists.get(annotation.objects) ?? new Map<number | null, readonly AnnotatedObject[]>();
  settledLists.set(annotation.objects, lists);
  const { activeId } = annotation;
  const active = activeOf(annotation);
  const list = lists.get(activeId) ?? annotation.objects.filter((object) =>
    object !== active && !object.hidden && object.record?.state !== "rejected");
  lists.set(activeId, list);
  return list;
}

/** Content of the layer. */
interface Shown {
  readonly objects: readonly AnnotatedObject[];
  readonly labels: LabelList;
  readonly view: Viewport;
  readonly ratio: number;
}

/** Time of a frame for drawing anew; the rest is for everything else on the page. */
const SLICE_MS = 4;
/** Masks that are drawn before the clock is looked at. */
const SLICE_MASKS = 8;
/** More changes than these are drawn anew in slices. */
const MOST_PATCHES = 24;
/** Lines reach over the masks' pixels, in canvas pixels. */
const LINE = 4;

/**
 * The masks that nobody is changing, on a canvas of their own. A thousand of them take longer than a frame: after a
 * change only its surroundings are drawn again, and while the picture moves the canvas moves as it is, until it has
 * been drawn anew on another canvas, a slice a frame.
 */
export class SettledLayer {
  private shown: Shown | null = null;
  private wanted: Shown | null = null;
  private drawing: { readonly target: Shown; next: number } | null = null;
  private readonly back = document.createElement("canvas");

  /** @param again Asks for another frame. */
  constructor(private readonly canvas: HTMLCanvasElement, private readonly again: () => void) {
    canvas.style.transformOrigin = "0 0";
  }

  /** Forgets what is drawn: the canvas has another size. */
  reset(): void {
    this.shown = this.drawing = null;
  }

  /** Shows objects, the lowest first; must be called in every frame in which `again` or a change asks for it. */
  show(
    objects: readonly AnnotatedObject[], isHidden: boolean, labels: LabelList, view: Viewport, ratio: number,
  ): void {
    this.canvas.style.visibility = isHidden ? "hidden" : "";
    const wanted = this.wanted = { objects, labels, view, ratio };
    const { shown } = this;
    if (shown && isSameView(shown, wanted) && shown.labels === labels) {
      this.drawing = null;
      this.place();
      if (shown.objects === objects) {
        return;
      }
      const changed = changedBetween(shown.objects, objects);
      if (changed.length <= MOST_PATCHES) {
        this.patch(changed, wanted);
        return;
      }
    }
    this.place();
    this.drawOn(wanted);
  }

  /** Draws the surroundings of changed masks again. */
  private patch(changed: readonly AnnotatedObject[], wanted: Shown): void {
    const context = this.canvas.getContext("2d")!;
    const { view, ratio } = wanted;
    const scale = view.scale * ratio;
    for (const object of changed) {
      const box = maskOf(object)?.box;
      if (!box || box.width === 0) {
        continue;
      }
      const left = Math.floor(box.x * scale + view.x * ratio) - LINE;
      const top = Math.floor(box.y * scale + view.y * ratio) - LINE;
      const width = Math.ceil(box.width * scale) + 2 * LINE + 1;
      const height = Math.ceil(box.height * scale) + 2 * LINE + 1;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.beginPath();
      context.rect(left, top, width, height);
      context.clip();
      context.clearRect(left, top, width, height);
      place(context, wanted);
      const margin = LINE / scale;
      for (const other of wanted.objects) {
        const own = maskOf(other)?.box;
        if (own && own.x < box.x + box.width + margin && box.x < own.x + own.width + margin
          && own.y < box.y + box.height + margin && box.y < own.y + own.height + margin) {
          paintSettled(context, other, wanted.labels, view);
        }
      }
      context.restore();
    }
    this.shown = wanted;
  }

  /** Draws some more on the other canvas, and puts it in the place of the first when all is there. */
  private drawOn(wanted: Shown): void {
    const { back, canvas } = this;
    // A picture that moves on is drawn to the end where it was: then the layer is at least nearer.
    const before = this.drawing?.target;
    if (!this.drawing || before?.objects !== wanted.objects || before.labels !== wanted.labels) {
      this.drawing = { target: wanted, next: 0 };
      if (back.width !== canvas.width || back.height !== canvas.height) {
        back.width = canvas.width;
        back.height = canvas.height;
      } else {
        const context = contextOf(back);
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, back.width, back.height);
      }
    }
    const { drawing } = this;
    const { target } = drawing;
    const context = contextOf(back);
    place(context, target);
    const end = performance.now() + SLICE_MS;
    while (drawing.next < target.objects.length && performance.now() < end) {
      for (let drawn = 0; drawn < SLICE_MASKS && drawing.next < target.objects.length;) {
        const object = target.objects[drawing.next++];
        if (isInSight(object, target, back)) {
          paintSettled(context, object, target.labels, target.view);
          drawn++;
        }
      }
      // Canvases only note what is to be drawn until somebody looks at their pixels: the clock would see nothing of it.
      context.getImageData(0, 0, 1, 1);
    }
    if (drawing.next === target.objects.length) {
      this.drawing = null;
      const front = canvas.getContext("2d")!;
      front.setTransform(1, 0, 0, 1, 0, 0);
      front.clearRect(0, 0, canvas.width, canvas.height);
      front.drawImage(back, 0, 0);
      this.shown = target;
      this.place();
    }
    const { shown } = this;
    if (!shown || !isSameView(shown, wanted) || shown.objects !== wanted.objects || shown.labels !== wanted.labels) {
      this.again();
    }
  }

  /** Moves the canvas from the view that it was drawn in to the present one. */
  private place(): void {
    const { shown, wanted } = this;
    if (shown && wanted) {
      const factor = wanted.view.scale / shown.view.scale;
      const [x, y] = [wanted.view.x - shown.view.x * factor, wanted.view.y - shown.view.y * factor];
      const isInPlace = factor === 1 && x === 0 && y === 0;
      this.canvas.style.transform = isInPlace ? "" : `translate(${x}px, ${y}px) scale(${factor})`;
    }
  }
}

/** The context of a canvas whose pixels are looked at. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  return canvas.getContext("2d", { willReadFrequently: true })!;
}

function place(context: CanvasRenderingContext2D, { view, ratio }: Shown): void {
  const scale = view.scale * ratio;
  context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
}

function isInSight(object: AnnotatedObject, { view, ratio }: Shown, canvas: HTMLCanvasElement): boolean {
  const box = maskOf(object)?.box;
  const scale = view.scale * ratio;
  return box !== undefined
    && (box.x + box.width) * scale + view.x * ratio > -LINE && box.x * scale + view.x * ratio < canvas.width + LINE
    && (box.y + box.height) * scale + view.y * ratio > -LINE && box.y * scale + view.y * ratio < canvas.height + LINE;
}

function isSameView(a: Shown, b: Shown): boolean {
  return a.ratio === b.ratio && a.view.scale === b.view.scale && a.view.x === b.view.x && a.view.y === b.view.y;
}

/** Objects that are in one list only, before and after a change. */
function changedBetween(before: readonly AnnotatedObject[], after: readonly AnnotatedObject[]): AnnotatedObject[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [...before.filter((object) => !now.has(object)), ...after.filter((object) => !old.has(object))];
}
