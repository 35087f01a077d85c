import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Annotation, Beginning } from "../annotation/Annotation";
import type { LabelList } from "../annotation/labels";
import type { AnnotatedObject, BoxPrompt, Candidate, PointPrompt } from "../annotation/types";
import type { Pyramid } from "./Pyramid";
import type { Tool } from "./Tool";
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
  readonly tool: ReadonlySignal<Tool>;
  readonly labels: { readonly list: ReadonlySignal<LabelList> };
  readonly editor: StageEditor;
  readonly everything: StageSearch;
  /** A mask to show in place of the active object's. */
  readonly comparison: { readonly shown: ReadonlySignal<Candidate | null> };
  readonly session: { readonly resuming: KeptView };
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
