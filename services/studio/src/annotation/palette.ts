/** Colours that are told apart on photographs, with normal and with red-green colour vision. */
export const PALETTE = [
  "#2dd4bf", "#f97316", "#8b5cf6", "#facc15", "#38bdf8", "#f43f5e", "#a3e635", "#e879f9", "#fb923c", "#60a5fa",
] as const;

/** The colour of the n-th object. */
export function colourOf(number: number): string {
  return PALETTE[(number - 1) % PALETTE.length];
}
