import { simplify } from "../canvas/MaskPath";
import { toCanvas, type Viewport } from "../canvas/Viewport";
import {
  addCorner, type Corner, cornerAt, edgeAt, moveCorner, polygonRuns, removeCorner, type Ring,
} from "../drawing/polygon";
import type { Place } from "../drawing/stroke";
import { rememberVertices, verticesOf, withVertices } from "../drawing/vertices";
import type { RunLengths } from "segmentation-client/rle";

/** Canvas pixels within which a corner or an edge is meant. */
const NEAR = 9;

/** The mask that a polygon changes, and its picture. */
export interface PolygonTarget {
  /** The active object's mask; null where no object is active. */
  readonly mask: () => RunLengths | null;
  readonly size: () => { readonly width: number; readonly height: number };
  /** The view of the picture. */
  readonly scale: () => number;
  /** A ring is closed: the pixels in it, and true where they are to be cut out. */
  readonly onClosed: (runs: RunLengths, isCut: boolean) => void;
  /** The active object's vertices were moved. */
  readonly onMoved: (runs: RunLengths) => void;
}

interface Drag {
  readonly mask: RunLengths;
  readonly before: readonly Ring[];
  readonly corner: Corner;
  rings: readonly Ring[];
}

/** Polygons: rings drawn corner by corner, and vertices of the active object that are moved, added and removed. */
export class PolygonTool {
  private draft: Place[] = [];
  private isCut = false;
  private drag: Drag | null = null;
  private pointer: Place | null = null;

  constructor(private readonly target: PolygonTarget) {}

  /** The button goes down. */
  begin(at: Place, inverse: boolean): void {
    const near = NEAR / this.target.scale();
    if (this.draft.length > 0) {
      if (this.draft.length > 2 && Math.hypot(at.x - this.draft[0].x, at.y - this.draft[0].y) <= near) {
        this.close();
      } else {
        this.draft.push(at);
      }
      return;
    }
    const mask = this.target.mask();
    const rings = mask ? verticesOf(mask, simplify) : [];
    const corner = cornerAt(rings, at, near);
    if (mask && corner && inverse) {
      this.target.onMoved(withVertices(mask, rings, removeCorner(rings, corner)));
    } else if (mask && corner) {
      this.drag = { mask, before: rings, corner, rings };
    } else {
      const edge = mask && !inverse ? edgeAt(rings, at, near) : null;
      if (mask && edge) {
        const added = { ring: edge.ring, index: edge.index + 1 };
        this.drag = { mask, before: rings, corner: added, rings: addCorner(rings, edge, at) };
      } else {
        this.draft = [at];
        this.isCut = inverse;
      }
    }
  }

  /** The pointer moves, with or without a button. */
  move(at: Place): void {
    this.pointer = at;
    if (this.drag) {
      this.drag.rings = moveCorner(this.drag.rings, this.drag.corner, at);
    }
  }

  /** The button goes up. */
  end(): void {
    const { drag } = this;
    this.drag = null;
    if (drag && drag.rings !== drag.before) {
      this.target.onMoved(withVertices(drag.mask, drag.before, drag.rings));
    }
  }

  /** Closes the ring; returns false when there is none of three corners. */
  close(): boolean {
    const { draft, isCut } = this;
    if (draft.length < 3) {
      return false;
    }
    this.draft = [];
    const { width, height } = this.target.size();
    const runs = polygonRuns([draft], width, height);
    rememberVertices(runs, [draft]);
    this.target.onClosed(runs, isCut);
    return true;
  }

  /** Takes the last corner back, or gives up a movement; returns false where there is nothing. */
  cancel(): boolean {
    if (this.drag) {
      this.drag = null;
      return true;
    }
    return this.draft.pop() !== undefined;
  }

  /** Gives everything up. */
  leave(): void {
    this.draft = [];
    this.drag = null;
    this.pointer = null;
  }

  /** Draws rings and corners; the context is in CSS pixels of the canvas. */
  paint(context: CanvasRenderingContext2D, view: Viewport, colour: string): void {
    const mask = this.target.mask();
    if (this.draft.length > 0) {
      trace(context, [...this.draft, ...(this.pointer ? [this.pointer] : [])], view, false);
      outline(context, this.isCut ? "#dc2626" : colour);
      this.draft.forEach((corner) => paintCorner(context, corner, view, colour));
    } else if (mask) {
      for (const ring of this.drag?.rings ?? verticesOf(mask, simplify)) {
        trace(context, ring, view, true);
        outline(context, colour);
        ring.forEach((corner) => paintCorner(context, corner, view, colour));
      }
    }
  }
}

function trace(context: CanvasRenderingContext2D, ring: Ring, view: Viewport, isClosed: boolean): void {
  context.beginPath();
  ring.forEach((corner, index) => {
    const { x, y } = toCanvas(view, corner.x, corner.y);
    if (index === 0) {
      context.moveTo(x, y);
    } else {
      context.lineTo(x, y);
    }
  });
  if (isClosed) {
    context.closePath();
  }
}

function outline(context: CanvasRenderingContext2D, colour: string): void {
  for (const [style, width] of [["rgb(0 0 0 / 60%)", 3], [colour, 1.5]] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

function paintCorner(context: CanvasRenderingContext2D, corner: Place, view: Viewport, colour: string): void {
  const { x, y } = toCanvas(view, corner.x, corner.y);
  context.fillStyle = "#ffffff";
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.fillRect(x - 3, y - 3, 6, 6);
  context.strokeRect(x - 3, y - 3, 6, 6);
}
