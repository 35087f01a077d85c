import type { Arena } from "./Arena";
import type { GraphWeights } from "../model/GraphWeights";
import type { Kernels } from "./Kernels";
import type { Threads } from "./Threads";

/** Heads of every attention. */
export const HEADS = 8;
/** Rows of the grid that share a state of attention (assembly/grid.ts). */
export const CHUNKS = 8;
/** Output tokens that are masks. */
export const MASKS = 4;
/** Bytes of a channel of a grid row: 64 tokens. */
export const ROW = 256;

/** Tokens in the kernels' memory, row-major, with room for a multiple of four. */
export interface Tokens {
  readonly at: number;
  readonly count: number;
  readonly width: number;
}

/** What layers are made of and work with. */
export interface Workshop {
  readonly kernels: Kernels;
  readonly threads: Threads;
  readonly arena: Arena;
  readonly decode: GraphWeights;
}

/** A multiple of four. */
export const padded = (count: number) => (count + 3) & ~3;

/** Takes room for tokens. */
export function takeTokens(arena: Arena, count: number, width: number): Tokens {
  return { at: arena.take(4 * padded(count) * width), count, width };
}

/** a + b. */
export function sum({ kernels, arena }: Workshop, a: Tokens, b: Tokens): Tokens {
  const result = takeTokens(arena, a.count, a.width);
  kernels.add(a.at, b.at, result.at, a.count * a.width);
  return result;
}
