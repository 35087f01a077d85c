/** Values before and after the present one. Immutable. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** Steps that can be undone; older ones are forgotten. */
const DEPTH = 200;

/** A history that begins with a value. */
export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** Makes a value the present one, as a step that can be undone. */
export function advance<T>(history: History<T>, present: T): History<T> {
  return present === history.present
    ? history
    : { past: [...history.past, history.present].slice(-DEPTH), present, future: [] };
}

/** Changes all values without a step, for changes that are not the user's. */
export function amend<T>({ past, present, future }: History<T>, change: (value: T) => T): History<T> {
  return { past: past.map(change), present: change(present), future: future.map(change) };
}

/** Goes one step back. */
export function undo<T>({ past, present, future }: History<T>): History<T> {
  return past.length === 0
    ? { past, present, future }
    : { past: past.slice(0, -1), present: past[past.length - 1], future: [present, ...future] };
}

/** Repeats an undone step. */
export function redo<T>({ past, present, future }: History<T>): History<T> {
  return future.length === 0
    ? { past, present, future }
    : { past: [...past, present], present: future[0], future: future.slice(1) };
}
