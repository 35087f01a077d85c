import { activeOf, type Annotation } from "../annotation/Annotation";
import { type AnnotatedObject, type BoxPrompt, type Candidate, maskOf } from "../annotation/types";
import { type LabelList, markOf } from "../annotation/labels";
import { type Mark, markAt } from "../annotation/palette";
import { pathOf } from "./MaskPath";
import { fillOf } from "./patterns";
import { toCanvas, type Viewport } from "./Viewport";

/** Content of the overlay. */
export interface OverlayScene {
  readonly annotation: Annotation;
  readonly labels: LabelList;
  /** The mask under the pointer, before any click. */
  readonly preview: Candidate | null;
  readonly previewMark: Mark;
  /** A box that is being drawn. */
  readonly draft: BoxPrompt | null;
  /** Masks found by everything mode that are not objects yet. */
  readonly found: readonly Candidate[];
  /** The found mask under the pointer. */
  readonly pointed: Candidate | null;
  /** The keyboard's pointer, in pixels of the picture. */
  readonly crosshair: { readonly x: number; readonly y: number } | null;
  /** True where all objects but the active one are on a canvas of their own. */
  readonly isActiveOnly?: boolean;
}

/** Draws masks, points and boxes over the picture. Outlines are lines in the picture's pixels: sharp at any zoom. */
export function paintOverlay(
  context: CanvasRenderingContext2D,
  scene: OverlayScene,
  view: Viewport,
  pixelRatio: number,
): void {
  const { canvas } = context;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const scale = view.scale * pixelRatio;
  context.setTransform(scale, 0, 0, scale, view.x * pixelRatio, view.y * pixelRatio);

  // Large masks first, so that small ones on them keep their colour.
  for (const [index, candidate] of [...scene.found.entries()].sort(([, a], [, b]) => b.area - a.area)) {
    paintMask(context, candidate, markAt(index), { fill: 0.25, line: 1 / view.scale });
  }
  if (scene.pointed) {
    paintMask(context, scene.pointed, scene.previewMark, { fill: 0.4, line: 2 / view.scale });
  }

  const active = activeOf(scene.annotation);
  for (const object of scene.isActiveOnly ? [] : scene.annotation.objects) {
    if (!object.hidden && object !== active) {
      paintObject(context, object, scene.labels, { fill: 0.32, line: 1.25 / view.scale });
    }
  }
  if (active && !active.hidden) {
    paintObject(context, active, scene.labels, { fill: 0.42, line: 2 / view.scale });
  }
  if (scene.preview) {
    paintMask(context, scene.preview, scene.previewMark, { fill: 0.3, line: 1.5 / view.scale, dash: 4 / view.scale });
  }

  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  if (active && !active.hidden) {
    paintPrompt(context, active, markOf(active, scene.labels).colour, view);
  }
  if (scene.draft) {
    paintBox(context, scene.draft, view, "#ffffff");
  }
  if (scene.crosshair) {
    paintCrosshair(context, toCanvas(view, scene.crosshair.x, scene.crosshair.y));
  }
}

/** Draws an object that nobody is changing; the context is in pixels of the picture. */
export function paintSettled(
  context: CanvasRenderingContext2D, object: AnnotatedObject, labels: LabelList, view: Viewport,
): void {
  paintObject(context, object, labels, { fill: 0.32, line: 1.25 / view.scale });
}

interface Style {
  readonly fill: number;
  readonly line: number;
  readonly dash?: number;
}

function paintObject(
  context: CanvasRenderingContext2D,
  object: AnnotatedObject,
  labels: LabelList,
  style: Style,
): void {
  const mask = maskOf(object);
  if (mask) {
    // Proposals are dashed and faint: they are no annotations until somebody accepts them.
    const isProposal = object.record?.state === "proposed";
    paintMask(context, mask, markOf(object, labels), isProposal
      ? { ...style, fill: style.fill / 2, dash: style.line * 5 } : style);
  }
}

function paintMask(context: CanvasRenderingContext2D, mask: Candidate, mark: Mark, style: Style): void {
  const path = pathOf(mask.runs, context);
  context.globalAlpha = style.fill;
  context.fillStyle = fillOf(context, mark);
  context.fill(path, "evenodd");
  context.globalAlpha = 1;
  // Half the time of round joins, and right angles look the same.
  context.lineJoin = "miter";
  context.miterLimit = 2;
  // A dark line under the coloured one keeps the edge readable on every ground.
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.lineWidth = style.line * 2;
  context.stroke(path);
  context.setLineDash(style.dash ? [style.dash, style.dash * 0.75] : []);
  context.strokeStyle = mark.colour;
  context.lineWidth = style.line;
  context.stroke(path);
  context.setLineDash([]);
}

function paintPrompt(
  context: CanvasRenderingContext2D,
  { prompt }: AnnotatedObject,
  colour: string,
  view: Viewport,
): void {
  if (prompt.box) {
    paintBox(context, prompt.box, view, colour);
  }
  for (const point of prompt.points) {
    const { x, y } = toCanvas(view, point.x, point.y);
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.fillStyle = point.foreground ? "#16a34a" : "#dc2626";
    context.fill();
    context.lineWidth = 1.75;
    context.strokeStyle = "#ffffff";
    context.stroke();
    // The sign repeats the colour's meaning for people who do not see the colour.
    context.beginPath();
    context.moveTo(x - 3, y);
    context.lineTo(x + 3, y);
    if (point.foreground) {
      context.moveTo(x, y - 3);
      context.lineTo(x, y + 3);
    }
    context.stroke();
  }
}

function paintBox(context: CanvasRenderingContext2D, box: BoxPrompt, view: Viewport, colour: string): void {
  const from = toCanvas(view, box.xMin, box.yMin);
  const to = toCanvas(view, box.xMax, box.yMax);
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.lineWidth = 3;
  context.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
  context.setLineDash([5, 4]);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
  context.setLineDash([]);
}

function paintCrosshair(context: CanvasRenderingContext2D, at: { x: number; y: number }): void {
  for (const [colour, width] of [["rgb(0 0 0 / 70%)", 3], ["#ffffff", 1.25]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(at.x - 11, at.y);
    context.lineTo(at.x + 11, at.y);
    context.moveTo(at.x, at.y - 11);
    context.lineTo(at.x, at.y + 11);
    context.stroke();
  }
}
