import { CHUNK_ROWS, GRID_SIDE, type Kernels } from "../gen/kernels";
import type { GraphWeights } from "../model/GraphWeights";
import type { Arena } from "./Arena";
import type { Threads } from "./Threads";

/** Heads of every attention. */
export const HEADS = 8;
/** Chunks of grid rows; each has an online softmax of its own. */
export const CHUNKS = GRID_SIDE / CHUNK_ROWS;
/** Output tokens that stand for masks. */
export const MASK_TOKENS = 4;
/** Bytes of one channel of a grid row: 64 numbers. */
export const ROW_BYTES = 4 * GRID_SIDE;

/** Tokens [count, width] in the kernels' memory, row-major, with room for a multiple of four. */
export interface Tokens {
  readonly at: number;
  readonly count: number;
  readonly width: number;
}

/** The kernels, their memory and threads, and the weights of the `decode` graph: what layers are built with. */
export interface KernelContext {
  readonly kernels: Kernels;
  readonly threads: Threads;
  readonly arena: Arena;
  readonly decode: GraphWeights;
}

/** Rounds up to a multiple of four. */
export const padded = (count: number) => (count + 3) & ~3;

/** Allocates tokens. */
export function allocateTokens(arena: Arena, count: number, width: number): Tokens {
  return { at: arena.allocate(4 * padded(count) * width), count, width };
}

/** a + b. */
export function sum({ kernels, arena }: KernelContext, a: Tokens, b: Tokens): Tokens {
  const result = allocateTokens(arena, a.count, a.width);
  kernels.add(a.at, b.at, result.at, a.count * a.width);
  return result;
}
