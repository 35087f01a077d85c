import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { SegmentationError } from "segmentation-client";
import type { Picture } from "segmentation-client/projects";
import { words } from "../texts/projects/texts";
import { type GridMeasures, layOut, scrollTo } from "./gridLayout";
import type { PictureList } from "./PictureList";
import type { Selection } from "./Selection";
import type { Thumbnails } from "./Thumbnails";
import { Tile } from "./Tile";

const CAPTION = 22;
const GAP = 10;

/** Properties of the grid. */
export interface GridProps {
  readonly list: PictureList;
  readonly thumbnails: Thumbnails;
  readonly selection: Selection;
  /** Least width of a tile in CSS pixels. */
  readonly tile: number;
  readonly me: string | undefined;
  readonly onOpen: (picture: Picture) => void;
}

/** Thumbnails of any number of pictures, of which only those in sight are on the page. A list box for keyboards. */
export function Grid({ list, thumbnails, selection, tile, me, onOpen }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const scrolled = useSignal(0);
  const active = useSignal(0);
  void list.version.value;
  const count = list.total.value ?? 0;
  const measures: GridMeasures = { ...size.value, count, tile, caption: CAPTION, gap: GAP, scrolled: scrolled.value };
  const layout = layOut(measures);
  const { from, to, columns } = layout;

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => {
      const style = getComputedStyle(element);
      const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      size.value = { width: element.clientWidth - padding, height: element.clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    scroller.current!.scrollTop = 0;
    active.value = 0;
  }, [list]);
  useEffect(() => list.show(from, Math.max(from + 1, to)), [list, from, to, count]);
  useEffect(() => thumbnails.want(inSight()), [list, thumbnails, from, to, list.version.value]);

  function inSight(): bigint[] {
    return Array.from({ length: to - from }, (_, i) => list.at(from + i)?.id).filter((id) => id !== undefined);
  }

  function extend(index: number): void {
    selection
      .extend(index, (first, last) => list.idsBetween(first, last))
      .catch((error: unknown) => {
        // A later extension ends an earlier one, which is no failure.
        if (error instanceof SegmentationError) {
          list.error.value = error;
        }
      });
  }

  function select(index: number, isExtending: boolean): void {
    const picture = list.at(index);
    if (isExtending) {
      extend(index);
    } else if (picture) {
      selection.toggle(picture.id, index);
    }
  }

  function open(index: number): void {
    const picture = list.at(index);
    if (picture) {
      onOpen(picture);
    }
  }

  function click(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>("[data-index]");
    if (!option) {
      return;
    }
    const index = Number(option.dataset.index);
    active.value = index;
    const isChosen =
      event.shiftKey ||
      event.ctrlKey ||
      event.metaKey ||
      selection.ids.peek().size > 0 ||
      (event.target as Element).closest("[data-check]") !== null;
    if (isChosen) {
      select(index, event.shiftKey);
    } else {
      open(index);
    }
  }

  function move(index: number, isExtending: boolean): void {
    const next = Math.min(count - 1, Math.max(0, index));
    if (isExtending && selection.ids.peek().size === 0) {
      selection.anchor = active.peek();
    }
    active.value = next;
    scroller.current!.scrollTop = scrollTo(next, { ...measures, scrolled: scroller.current!.scrollTop });
    if (isExtending) {
      select(next, true);
    }
  }

  function press(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(size.value.height / layout.rowHeight)) * columns;
    const steps: Record<string, number> = {
      ArrowLeft: active.value - 1,
      ArrowRight: active.value + 1,
      ArrowUp: active.value - columns,
      ArrowDown: active.value + columns,
      PageUp: active.value - page,
      PageDown: active.value + page,
      Home: 0,
      End: count - 1,
    };
    if (event.key in steps && count > 0) {
      move(steps[event.key], event.shiftKey);
    } else if (event.key === " ") {
      select(active.value, event.shiftKey);
    } else if (event.key === "Enter") {
      open(active.value);
    } else if (event.key === "Escape") {
      selection.clear();
    } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey) && count > 0) {
      selection.anchor = 0;
      extend(count - 1);
    } else {
      return;
    }
    event.preventDefault();
  }

  return (
    <div
      ref={scroller}
      class="gallery"
      role="listbox"
      aria-multiselectable={true}
      aria-label={words.value.gallery.pictures(count)}
      aria-activedescendant={active.value >= from && active.value < to ? `tile-${active.value}` : undefined}
      tabIndex={0}
      onScroll={({ currentTarget }) => (scrolled.value = currentTarget.scrollTop)}
      onClick={click}
      onKeyDown={press}
    >
      <div class="gallery-all" role="presentation" style={{ height: `${layout.totalHeight}px` }}>
        <div
          class="gallery-rows"
          role="presentation"
          style={{
            transform: `translateY(${layout.top}px)`,
            gridTemplateColumns: `repeat(${columns}, ${layout.tileWidth}px)`,
            gridAutoRows: `${layout.rowHeight - GAP}px`,
            gap: `${GAP}px`,
          }}
        >
          {Array.from({ length: to - from }, (_, i) => from + i).map((index) => {
            const picture = list.at(index);
            return (
              <Tile
                key={picture ? `p${picture.id}` : index}
                id={`tile-${index}`}
                index={index}
                total={count}
                picture={picture}
                thumbnails={thumbnails}
                me={me}
                isActive={index === active.value}
                isSelected={picture !== undefined && selection.ids.value.has(picture.id)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
