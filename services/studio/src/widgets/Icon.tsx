const PATHS = {
  open: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  add: "M12 5v14M5 12h14",
  remove: "M5 12h14",
  pan: "M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  reset: "M4 4v6h6M20 12a8 8 0 1 1-2.3-5.6L4 10",
  done: "M5 12.5l4.5 4.5L19 7",
  everything: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  export: "M12 3v12M7 10l5 5 5-5M4 20h16",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  help: "M9.2 9a3 3 0 1 1 4.3 2.7c-.9.5-1.5 1-1.5 2.3M12 17.5v.01",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  dark: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
  show: "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  hide: "M4 4l16 16M9.9 5.2A10 10 0 0 1 12 5c6.5 0 10 7 10 7a16 16 0 0 1-3 3.8M6.3 6.7A16 16 0 0 0 2 12s3.5 7 10 7a9.800 9.800 0 0 0 4.300-1",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  close: "M6 6l12 12M18 6L6 18",
  zoomIn: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M11 8v6M8 11h6",
  zoomOut: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M8 11h6",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 20.5a8 6.5 0 0 1 16 0",
  back: "M15 5l-7 7 7 7M8 12h12",
  previous: "M14 5l-7 7 7 7",
  next: "M10 5l7 7-7 7",
  exclude: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.500 6.500l11 11",
  check: "M20 12a8 8 0 1 1-3-6.200M8.500 11.500l3 3L20 6",
  brush: "M20 4c-5 2-9 6-11 9l2 2c3-2 7-6 9-11zM8.500 14.500c-3 0-2 4-5 4.500 2 1.500 6 1 7-2.500",
  eraser: "M8 20h12M5 15l9-9 5 5-9 9H8l-3-3zM9.500 10.500l5 5",
  polygon: "M12 4l8 6-3 9H7l-3-9zM12 4v.01M20 10v.01M17 19v.01M7 19v.01M4 10v.01",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  projects: "M4 8h16v12H4zM6 5h12M8 2h8",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A line icon in the colour of the text, hidden from screen readers, which read the button's label. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
