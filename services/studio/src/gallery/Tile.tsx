import { useEffect, useReducer, useRef } from "preact/hooks";
import { type Picture, PictureState } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { Icon } from "../widgets/Icon";
import type { Thumbnails } from "./Thumbnails";

/** Properties of a tile. */
export interface TileProps {
  readonly id: string;
  readonly index: number;
  readonly total: number;
  /** Undefined while it is not read. */
  readonly picture: Picture | undefined;
  readonly thumbnails: Thumbnails;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  /** Subject of the caller: a lease of their own is not worth a mark. */
  readonly me: string | undefined;
}

/** A picture in the gallery: its thumbnail, its name, and marks for its state. */
export function Tile({ id, index, total, picture, thumbnails, isSelected, isActive, me }: TileProps) {
  return (
    <div
      id={id}
      role="option"
      class="tile"
      aria-selected={isSelected}
      aria-setsize={total}
      aria-posinset={index + 1}
      data-index={index}
      data-active={isActive}
      data-excluded={picture?.excludedReason ? true : undefined}
    >
      <span class="visually-hidden">{picture ? sentenceOf(picture) : words.value.gallery.loading}</span>
      <span class="tile-picture" aria-hidden="true">
        {picture && <Thumbnail picture={picture} thumbnails={thumbnails} />}
        <span class="tile-check" data-check={true}>
          {isSelected && <Icon name="done" />}
        </span>
        {picture && <Marks picture={picture} me={me} />}
      </span>
      <span class="tile-name" title={picture?.name} aria-hidden="true">
        {picture?.name ?? "…"}
      </span>
    </div>
  );
}

function Thumbnail({ picture, thumbnails }: { picture: Picture; thumbnails: Thumbnails }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const bitmap = thumbnails.of(picture.id);
  useEffect(() => thumbnails.watch(picture.id, () => redraw(undefined)), [thumbnails, picture.id]);
  useEffect(() => {
    if (canvas.current && bitmap) {
      canvas.current.getContext("2d")?.drawImage(bitmap, 0, 0);
    }
  }, [bitmap]);
  if (bitmap === null) {
    return <span class="tile-missing">{words.value.gallery.noThumbnail}</span>;
  }
  return bitmap ? <canvas ref={canvas} width={bitmap.width} height={bitmap.height} /> : null;
}

/** State and counts as small marks. The tile's label says the same. */
function Marks({ picture, me }: { picture: Picture; me: string | undefined }) {
  const text = words.value.gallery;
  const state = picture.state || PictureState.NEW;
  return (
    <span class="tile-marks">
      <span class={`mark state-${PictureState[state].toLowerCase()}`} title={words.value.states[state]}>
        {words.value.stateMarks[state]}
      </span>
      {picture.annotationCount > 0 && (
        <span class="mark" title={text.masks(picture.annotationCount)}>
          {picture.annotationCount}
        </span>
      )}
      {picture.proposalCount > 0 && (
        <span class="mark proposals" title={text.proposals(picture.proposalCount)}>
          +{picture.proposalCount}
        </span>
      )}
      {picture.unsatisfactoryCount > 0 && (
        <span class="mark trouble" title={text.unsatisfactory(picture.unsatisfactoryCount)}>
          ↩{picture.unsatisfactoryCount}
        </span>
      )}
      {picture.openIssueCount > 0 && (
        <span class="mark trouble" title={text.issues(picture.openIssueCount)}>
          !{picture.openIssueCount}
        </span>
      )}
      {picture.lease?.subject && picture.lease.subject !== me && (
        <span class="mark" title={text.leasedBy(picture.lease.subject)}>
          <Icon name="person" />
        </span>
      )}
      {picture.excludedReason && (
        <span class="mark" title={text.excludedFor(picture.excludedReason)}>
          ∅
        </span>
      )}
    </span>
  );
}

/** All that a tile shows, in words. */
function sentenceOf(picture: Picture): string {
  const text = words.value.gallery;
  return [
    picture.name,
    words.value.states[picture.state || PictureState.NEW],
    text.masks(picture.annotationCount),
    picture.proposalCount > 0 && text.proposals(picture.proposalCount),
    picture.unsatisfactoryCount > 0 && text.unsatisfactory(picture.unsatisfactoryCount),
    picture.openIssueCount > 0 && text.issues(picture.openIssueCount),
    picture.excludedReason && text.excludedFor(picture.excludedReason),
  ]
    .filter(Boolean)
    .join(", ");
}
