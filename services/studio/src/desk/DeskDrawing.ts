import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { RunLengths } from "segmentation-client/rle";
import { markOf } from "../annotation/labels";
import { addDrawn, drawMask } from "../annotation/records";
import { maskOf } from "../annotation/types";
import type { AnnotationEditor } from "../app/AnnotationEditor";
import type { StageDrawing } from "../canvas/StageModel";
import type { StageTool } from "../canvas/Tool";
import { toCanvas, type Viewport } from "../canvas/Viewport";
import { combine } from "../drawing/runs";
import { type Place, strokeRuns } from "../drawing/stroke";
import type { Picture } from "../picture/Picture";
import { recall, remember } from "../shared/settings";
import type { DeskLabels } from "./DeskLabels";
import { Magnifier } from "./Magnifier";
import { PolygonTool } from "./PolygonTool";

const SMALLEST = 1;
const LARGEST = 400;

/** The parts of a desk that drawing needs. */
export interface DrawingDesk {
  readonly picture: ReadonlySignal<Picture | null>;
  readonly tool: ReadonlySignal<StageTool>;
  readonly editor: AnnotationEditor;
  readonly labels: DeskLabels;
  /** Says why nothing can be drawn now, and returns false; true where one can. */
  mayDraw(): boolean;
  /** Makes the object under a place the active one. */
  selectAt(at: Place): void;
}

/** Drawing by hand on the desk: brush, eraser and polygon, on run lengths of the picture's full size. */
export class DeskDrawing implements StageDrawing {
  /** Diameter of brush and eraser in pixels of the picture. */
  readonly size = signal(Math.min(LARGEST, Math.max(SMALLEST, Number(recall("desk.brush") ?? 24) || 24)));
  readonly isPeeking = signal(false);
  /** 1 is the picture as it is. */
  readonly brightness = signal(1);
  readonly contrast = signal(1);
  readonly filter = computed(() => this.brightness.value === 1 && this.contrast.value === 1
    ? "" : `brightness(${this.brightness.value}) contrast(${this.contrast.value})`);
  readonly magnifies = signal(false);
  readonly drawn = signal(0);
  readonly polygon: PolygonTool;
  private stroke: Place[] | null = null;
  private isErasing = false;
  private pointer: Place | null = null;
  private scale = 1;
  private readonly magnifier = new Magnifier();

  constructor(private readonly desk: DrawingDesk) {
    this.polygon = new PolygonTool({
      mask: () => this.activeMask(),
      size: () => desk.picture.peek()!,
      scale: () => this.scale,
      onClosed: (runs, isCut) => this.draw(runs, isCut),
      onMoved: (runs) => this.change(runs),
    });
  }

  takesStrokes(): boolean {
    const tool = this.desk.tool.peek();
    return tool === "brush" || tool === "eraser" || tool === "polygon";
  }

  begin(at: Place, inverse: boolean): void {
    if (!this.desk.picture.peek() || !this.desk.mayDraw()) {
      return;
    }
    if (this.desk.tool.peek() === "polygon") {
      this.polygon.begin(at, inverse);
    } else {
      this.stroke = [at];
      this.isErasing = (this.desk.tool.peek() === "eraser") !== inverse;
    }
    this.again();
  }

  move(places: readonly Place[]): void {
    this.pointer = places[places.length - 1] ?? this.pointer;
    if (this.stroke) {
      this.stroke.push(...places);
    } else if (this.pointer) {
      this.polygon.move(this.pointer);
    }
    this.again();
  }

  end(): void {
    const { stroke } = this;
    this.stroke = null;
    const picture = this.desk.picture.peek();
    if (stroke && picture) {
      this.draw(strokeRuns(stroke, this.size.peek(), picture.width, picture.height), this.isErasing);
    } else {
      this.polygon.end();
    }
    this.again();
  }

  cancel(): boolean {
    const hadStroke = this.stroke !== null;
    this.stroke = null;
    this.again();
    return hadStroke || this.polygon.cancel();
  }

  hover(at: Place | null): void {
    this.pointer = at;
    if (at && this.desk.tool.peek() === "polygon") {
      this.polygon.move(at);
    }
    if (this.takesStrokes() || this.magnifies.peek()) {
      this.again();
    }
  }

  select(at: Place): void {
    this.desk.selectAt(at);
  }

  wheel(steps: number): boolean {
    if (this.desk.tool.peek() !== "brush" && this.desk.tool.peek() !== "eraser") {
      return false;
    }
    this.resize(steps);
    return true;
  }

  /** Makes the brush larger or smaller by steps of a fifth, at least a pixel. */
  resize(steps: number): void {
    const size = this.size.peek();
    const next = steps > 0 ? Math.max(size + 1, Math.round(size * 1.2)) : Math.min(size - 1, Math.round(size / 1.2));
    this.setSize(next);
  }

  /** Sets the diameter of brush and eraser in pixels of the picture. */
  setSize(size: number): void {
    this.size.value = Math.min(LARGEST, Math.max(SMALLEST, Math.round(size) || SMALLEST));
    remember("desk.brush", String(this.size.peek()));
    this.again();
  }

  /** Closes a polygon that is being drawn; returns false where there is none. */
  close(): boolean {
    const isClosed = this.polygon.close();
    this.again();
    return isClosed;
  }

  /** Gives up what is being drawn: another tool was taken, or another picture. */
  leave(): void {
    this.stroke = null;
    this.polygon.leave();
    this.again();
  }

  paint(context: CanvasRenderingContext2D, view: Viewport): void {
    this.scale = view.scale;
    const active = this.desk.editor.active.peek();
    const mark = active ? markOf(active, this.desk.labels.list.peek()) : this.desk.editor.beginning.peek().mark;
    if (this.stroke) {
      this.paintStroke(context, view, this.isErasing ? "#ffffff" : mark.colour);
    }
    const tool = this.desk.tool.peek();
    if (tool === "polygon") {
      this.polygon.paint(context, view, mark.colour);
    } else if (this.pointer && this.takesStrokes()) {
      const { x, y } = toCanvas(view, this.pointer.x, this.pointer.y);
      for (const [style, width] of [["rgb(0 0 0 / 70%)", 3], ["#ffffff", 1.25]] as const) {
        context.beginPath();
        context.arc(x, y, Math.max(1, (this.size.peek() / 2) * view.scale), 0, 2 * Math.PI);
        context.strokeStyle = style;
        context.lineWidth = width;
        context.stroke();
      }
    }
    const picture = this.desk.picture.peek();
    if (this.magnifies.peek() && this.pointer && picture) {
      this.magnifier.paint(context, view, picture.pyramid.full, this.pointer);
    }
  }

  private paintStroke(context: CanvasRenderingContext2D, view: Viewport, colour: string): void {
    context.beginPath();
    this.stroke!.forEach((place, index) => {
      const { x, y } = toCanvas(view, place.x, place.y);
      if (index === 0) {
        context.moveTo(x, y);
      }
      context.lineTo(x, y);
    });
    context.globalAlpha = 0.55;
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = Math.max(1, this.size.peek() * view.scale);
    context.strokeStyle = colour;
    context.stroke();
    context.globalAlpha = 1;
    context.lineCap = "butt";
  }

  /** Adds pixels to the active object, or begins one with them; or takes them away from it. */
  private draw(runs: RunLengths, isErased: boolean): void {
    const mask = this.activeMask();
    if (mask) {
      this.change(combine(mask, runs, isErased ? "andNot" : "or"));
    } else if (!isErased) {
      const { editor } = this.desk;
      editor.change(addDrawn(editor.annotation.peek(), runs, editor.beginning.peek()));
    }
  }

  private change(runs: RunLengths): void {
    const { editor } = this.desk;
    const active = editor.active.peek();
    if (active) {
      editor.change(drawMask(editor.annotation.peek(), active.id, runs));
    }
  }

  private activeMask(): RunLengths | null {
    const active = this.desk.editor.active.peek();
    return active?.answered ? maskOf(active)?.runs ?? null : null;
  }

  private again(): void {
    this.drawn.value++;
  }
}
