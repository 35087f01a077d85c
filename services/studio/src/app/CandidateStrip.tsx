import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type LabelList, markOf } from "../annotation/labels";
import { type Candidate, scoreOf } from "../annotation/types";
import { pathOf } from "../canvas/MaskPath";
import type { Picture } from "../picture/Picture";
import { texts } from "../texts/texts";
import type { AnnotationEditor } from "./AnnotationEditor";

/** The parts of a page that masks to choose from need. */
export interface CandidateSource {
  readonly picture: ReadonlySignal<Picture | null>;
  readonly editor: Pick<AnnotationEditor, "shown" | "choose">;
  readonly labels: { readonly list: ReadonlySignal<LabelList> };
}

/** CSS pixels of a thumbnail's side. */
const SIDE = 76;

/** The masks of an ambiguous click side by side; Tab chooses the next. */
export function CandidateStrip({ studio }: { studio: CandidateSource }) {
  const words = texts.value.candidates;
  const active = studio.editor.shown.active.value;
  const picture = studio.picture.value;
  if (!active || !picture || active.candidates.length < 2) {
    return null;
  }
  const { colour } = markOf(active, studio.labels.list.value);
  return (
    <div class="candidates" role="radiogroup" aria-label={words.title}>
      {active.candidates.map((candidate, index) => (
        <button
          key={index}
          type="button"
          role="radio"
          tabIndex={index === active.chosen ? 0 : -1}
          aria-checked={index === active.chosen}
          aria-label={words.mask(index + 1, scoreOf(candidate.predictedIou))}
          class="candidate"
          onClick={() => studio.editor.choose(index)}
        >
          <Thumbnail picture={picture} candidate={candidate} all={active.candidates} colour={colour} />
          <span><kbd>{index + 1}</kbd> {words.iou(scoreOf(candidate.predictedIou))}</span>
        </button>
      ))}
      <p class="candidates-hint"><kbd>Tab</kbd> {words.next}</p>
    </div>
  );
}

interface ThumbnailProps {
  readonly picture: Picture;
  readonly candidate: Candidate;
  readonly all: readonly Candidate[];
  readonly colour: string;
}

/** A mask on the part of the picture that all of them together cover. */
function Thumbnail({ picture, candidate, all, colour }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    const side = canvas.current!.width;
    const area = squareAround(all, picture);
    const scale = side / area.side;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, side, side);
    context.setTransform(scale, 0, 0, scale, -area.x * scale, -area.y * scale);
    context.drawImage(picture.pyramid.smallest, 0, 0, picture.width, picture.height);
    context.fillStyle = "rgb(0 0 0 / 45%)";
    context.fillRect(0, 0, picture.width, picture.height);
    const path = pathOf(candidate.runs, context);
    context.save();
    context.clip(path, "evenodd");
    context.drawImage(picture.pyramid.smallest, 0, 0, picture.width, picture.height);
    context.restore();
    context.globalAlpha = 0.25;
    context.fillStyle = colour;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 2.5 / scale;
    context.stroke(path);
  }, [picture, candidate, all, colour]);
  const pixels = Math.round(SIDE * Math.max(1, devicePixelRatio));
  return <canvas ref={canvas} width={pixels} height={pixels} aria-hidden="true" />;
}

function squareAround(all: readonly Candidate[], picture: Picture): { x: number; y: number; side: number } {
  const filled = all.filter(({ area }) => area > 0).map(({ box }) => box);
  if (filled.length === 0) {
    return { x: 0, y: 0, side: Math.max(picture.width, picture.height) };
  }
  const left = Math.min(...filled.map((box) => box.x));
  const top = Math.min(...filled.map((box) => box.y));
  const right = Math.max(...filled.map((box) => box.x + box.width));
  const bottom = Math.max(...filled.map((box) => box.y + box.height));
  const side = Math.max(right - left, bottom - top) * 1.12;
  return { x: (left + right - side) / 2, y: (top + bottom - side) / 2, side };
}
