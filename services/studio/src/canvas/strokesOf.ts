import type { Spot, StrokeHandlers } from "./Gestures";
import type { StageDrawing } from "./StageModel";
import { toPicture, type Viewport } from "./Viewport";

/** Strokes on the canvas as strokes on the picture. */
export function strokesOf(drawing: StageDrawing, view: () => Viewport): StrokeHandlers {
  const toPlace = ({ x, y }: Spot) => toPicture(view(), x, y);
  return {
    isOn: () => drawing.takesStrokes(),
    begin: (spot, inverse) => drawing.begin(toPlace(spot), inverse),
    move: (spots) => drawing.move(spots.map(toPlace)),
    end: () => drawing.end(),
    cancel: () => drawing.cancel(),
    wheel: (steps) => drawing.wheel(steps),
  };
}
