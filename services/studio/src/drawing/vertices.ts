import type { RunLengths } from "segmentation-client/rle";
import { polygonRuns, type Ring, ringsOf } from "./polygon";
import { combine } from "./runs";

/** Pixels by which corners may leave the mask's outline. The first is taken that needs few enough corners. */
const TOLERANCES = [1, 2, 4, 8] as const;
const MOST_CORNERS = 400;

const known = new WeakMap<RunLengths, readonly Ring[]>();

/** The rings of a mask for its vertices to be moved: those that it was drawn by, or others that follow its outline. */
export function verticesOf(
  mask: RunLengths,
  simplify: (coordinates: ArrayLike<number>, tolerance: number) => ArrayLike<number>,
): readonly Ring[] {
  let rings = known.get(mask);
  for (const tolerance of rings ? [] : TOLERANCES) {
    rings = ringsOf(mask, tolerance, simplify);
    if (rings.reduce((sum, ring) => sum + ring.length, 0) <= MOST_CORNERS) {
      break;
    }
  }
  known.set(mask, rings!);
  return rings!;
}

/**
 * A mask after its vertices were moved. Only pixels between the old and the new lines change: where rings follow a mask
 * roughly, the rest stays exactly as it was.
 */
export function withVertices(mask: RunLengths, before: readonly Ring[], after: readonly Ring[]): RunLengths {
  const [old, now] = [before, after].map((rings) => polygonRuns(rings, mask.width, mask.height));
  const added = combine(combine(now, old, "andNot"), mask, "or");
  const moved = combine(added, combine(old, now, "andNot"), "andNot");
  known.set(moved, after);
  return moved;
}

/** Remembers the rings that a mask was drawn by. */
export function rememberVertices(mask: RunLengths, rings: readonly Ring[]): void {
  known.set(mask, rings);
}
