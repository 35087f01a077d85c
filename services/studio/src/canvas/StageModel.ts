import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Annotation, Beginning } from "../annotation/Annotation";
import type { LabelList } from "../annotation/labels";
import type { AnnotatedObject, BoxPrompt, Candidate, PointPrompt } from "../annotation/types";
import type { Pyramid } from "./Pyramid";
import type { StageTool } from "./Tool";
import type { Size, Viewport } from "./Viewport";

/** A picture that the canvas can draw. */
export interface StagePicture extends Size {
  readonly name: string;
  readonly file: Blob;
  readonly pyramid: Pyramid;
}

/** State of the page that the canvases show, and operations that gestures on them call. */
export interface StageModel {
  readonly picture: ReadonlySignal<StagePicture | null>;
  readonly tool: ReadonlySignal<StageTool>;
  readonly labels: { readonly list: ReadonlySignal<LabelList> };
  readonly editor: StageEditor;
  readonly everything: StageSearch;
  /** A mask to show in place of the active object's. */
  readonly comparison: { readonly shown: ReadonlySignal<Candidate | null> };
  readonly session: { readonly resuming: KeptView };
  /** Drawing by hand; absent where there is none. */
  readonly drawing?: StageDrawing;
}

/** Drawing by hand. Places are in pixels of the picture. */
export interface StageDrawing {
  /** Changes with everything that `paint` draws. */
  readonly drawn: ReadonlySignal<unknown>;
  /** True while masks are hidden because a key is held. */
  readonly isPeeking: ReadonlySignal<boolean>;
  /** Filter of the picture's canvas, as CSS has it; empty: none. */
  readonly filter: ReadonlySignal<string>;
  /** Returns true if the present tool takes strokes. */
  takesStrokes(): boolean;
  /**
   * A stroke begins.
   * @param inverse True with the right button or Alt.
   */
  begin(at: { x: number; y: number }, inverse: boolean): void;
  /** The pointer moves with its button down. */
  move(places: readonly { x: number; y: number }[]): void;
  /** The button went up. */
  end(): void;
  /** Gives the stroke up; returns false where there is none. */
  cancel(): boolean;
  /** The pointer moves with no button down; null when it leaves. */
  hover(at: { x: number; y: number } | null): void;
  /** A click with the tool that moves the picture. */
  select(at: { x: number; y: number }): void;
  /** The wheel was turned with Alt or Shift: changes the brush's size. Returns false where it has none. */
  wheel(steps: number): boolean;
  /** Draws over the masks. */
  paint(context: CanvasRenderingContext2D, view: Viewport): void;
}

/** The annotation on the canvas, and clicks on it. */
export interface StageEditor {
  readonly shown: {
    readonly drawn: ReadonlySignal<Annotation>;
    readonly drawnActive: ReadonlySignal<AnnotatedObject | undefined>;
  };
  readonly preview: ReadonlySignal<Candidate | null>;
  readonly beginning: ReadonlySignal<Beginning>;
  readonly isWaiting: ReadonlySignal<boolean>;
  addPoint(point: PointPrompt, at: number): void;
  setBox(box: BoxPrompt, at: number): void;
  press(point: PointPrompt): void;
  hover(point: { x: number; y: number }): Promise<void>;
  leaveHover(): void;
  painted(): void;
}

/** Masks that a search has found, of which the pointer keeps some. */
export interface StageSearch {
  readonly found: ReadonlySignal<readonly Candidate[]>;
  readonly pointed: ReadonlySignal<Candidate | null>;
  readonly showing: ReadonlySignal<boolean>;
  point(at: { x: number; y: number } | null): void;
  keepPointed(): void;
}

/** The view of the picture, which is kept from visit to visit. */
export interface KeptView {
  readonly view: Signal<Viewport | null>;
  /** The view of an earlier visit, until the canvas takes it. */
  readonly keptView: Signal<Viewport | null>;
}
