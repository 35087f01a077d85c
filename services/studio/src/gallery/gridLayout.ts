/** Tallest element in pixels that all browsers lay out: Firefox ends at about 17.8 million. */
const TALLEST = 15_000_000;

/** Rows that are made beyond the visible ones, on each side. */
const MARGIN_ROWS = 2;

/** Measures of a grid of tiles, in CSS pixels. */
export interface GridMeasures {
  /** Tiles in all. */
  readonly count: number;
  /** Width of the grid. */
  readonly width: number;
  /** Height of what is visible. */
  readonly height: number;
  /** Least width of a tile. */
  readonly tile: number;
  /** Height of the words below a thumbnail. */
  readonly caption: number;
  readonly gap: number;
  /** Pixels scrolled. */
  readonly scrolled: number;
}

/** The part of a grid that is on the page. */
export interface GridLayout {
  readonly columns: number;
  readonly tileWidth: number;
  readonly rowHeight: number;
  /** Height of the element that is scrolled. */
  readonly totalHeight: number;
  /** Index of the first tile that is made, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Place of the first row that is made, from the top of the element that is scrolled. */
  readonly top: number;
}

/**
 * Lays out the visible part of a grid. A grid that is taller than browsers can lay out is scrolled in greater steps, so
 * that its last row is reached all the same.
 */
export function layOut(measures: GridMeasures): GridLayout {
  const { count, width, height, tile, caption, gap, scrolled } = measures;
  const columns = Math.max(1, Math.floor((width + gap) / (tile + gap)));
  const tileWidth = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const rowHeight = tileWidth + caption + gap;
  const rows = Math.ceil(count / columns);
  const all = rows * rowHeight;
  const totalHeight = Math.min(all, TALLEST);
  const stretch = totalHeight > height ? (all - height) / (totalHeight - height) : 1;
  const offset = Math.min(Math.max(0, scrolled), Math.max(0, totalHeight - height)) * stretch;
  const first = Math.max(0, Math.floor(offset / rowHeight) - MARGIN_ROWS);
  const last = Math.min(rows, Math.ceil((offset + height) / rowHeight) + MARGIN_ROWS);
  return {
    columns,
    tileWidth,
    rowHeight,
    totalHeight,
    from: Math.min(count, first * columns),
    to: Math.min(count, last * columns),
    top: first * rowHeight - offset + offset / stretch,
  };
}

/** The least change of what is scrolled that shows a tile. */
export function scrollTo(index: number, measures: GridMeasures): number {
  const { columns, rowHeight, totalHeight } = layOut(measures);
  const { count, height, scrolled } = measures;
  const all = Math.ceil(count / columns) * rowHeight;
  const stretch = totalHeight > height ? (all - height) / (totalHeight - height) : 1;
  const top = Math.floor(index / columns) * rowHeight;
  const offset = scrolled * stretch;
  const shown = top < offset ? top : top + rowHeight > offset + height ? top + rowHeight - height : offset;
  return shown / stretch;
}
