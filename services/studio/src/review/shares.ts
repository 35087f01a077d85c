import type { Share } from "segmentation-client/projects";
import { numbers } from "../texts/projects/texts";

/**
 * A measured share in percent; a dash where nothing was measured.
 * @param count Number of things that were measured.
 */
export function shareOf(share: Share | undefined, count: number): string {
  return share && count > 0 ? numbers.value.percent(share.value, 1) : "–";
}

/** The 95 % interval of a share in percent; a dash where nothing was measured. */
export function intervalOf(share: Share | undefined, count: number): string {
  return share && count > 0 ? numbers.value.percentRange(share.low, share.high) : "–";
}
