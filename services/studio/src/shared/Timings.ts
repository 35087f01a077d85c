/** Number of measurements that are kept for percentiles. */
const KEPT = 200;

/** The last measurements of one kind, in milliseconds. Immutable. */
export interface Timings {
  readonly values: readonly number[];
}

/** No measurement yet. */
export const NO_TIMINGS: Timings = { values: [] };

/** Adds a measurement. */
export function withTiming({ values }: Timings, milliseconds: number): Timings {
  return { values: [...values, milliseconds].slice(-KEPT) };
}

/** The newest measurement. */
export function lastOf({ values }: Timings): number | undefined {
  return values[values.length - 1];
}

/** The value that a share (0 to 1) of the measurements do not exceed. */
export function percentile({ values }: Timings, share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
