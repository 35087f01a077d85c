/** Colour and hatching that distinguish an object from others. */
export interface Mark {
  /** `#rrggbb`. */
  readonly colour: string;
  /** Kind of hatching over the colour; 0 for none. */
  readonly pattern: number;
}

/**
 * Colours of which any two are at least 15 apart (CIEDE2000) with normal vision, without red and without green cones
 * (protanopia and deuteranopia as Machado, Oliveira and Fernandes simulate them, 2009), and as far from the grounds of
 * both themes.
 */
export const PALETTE = [
  "#3399ff", "#ffcc22", "#ff6699", "#118866", "#33ddff", "#3333ff", "#aaffbb", "#993377", "#889911", "#775500",
] as const;

/** Number of kinds of hatching, including none (canvas/patterns.ts). */
export const PATTERNS = 6;

/** The n-th mark, counted from 0: all colours plain, then all of them with each hatching, then from the beginning. */
export function markAt(number: number): Mark {
  return {
    colour: PALETTE[number % PALETTE.length],
    pattern: Math.floor(number / PALETTE.length) % PATTERNS,
  };
}

/** The first mark that is not used; if all are, the first of those used least. */
export function freeMark(taken: readonly Mark[]): Mark {
  const counts = new Map<string, number>();
  for (const { colour, pattern } of taken) {
    const key = `${colour} ${pattern}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let best = markAt(0);
  let fewest = Infinity;
  for (let number = 0; number < PALETTE.length * PATTERNS && fewest > 0; number++) {
    const mark = markAt(number);
    const count = counts.get(`${mark.colour} ${mark.pattern}`) ?? 0;
    if (count < fewest) {
      [best, fewest] = [mark, count];
    }
  }
  return best;
}
