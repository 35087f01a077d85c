import type { WeightMatrix } from "../model/WeightMatrix";
import { HEADS, type KernelContext, padded, type Tokens } from "../kernels/KernelContext";

/** A matrix [rows, depth] packed as the first factor of `gemm`: panels of four rows. */
export interface PackedA {
  readonly at: number;
  /** A multiple of four. */
  readonly rows: number;
  readonly depth: number;
}

/** Packs tokens, or their first columns, as the first factor of a product; missing rows are zero. */
export function packTokens({ kernels, arena }: KernelContext, { at, count, width }: Tokens, depth = width): PackedA {
  const panels = arena.allocate(4 * padded(count) * depth);
  kernels.packA(at, 4 * width, count, 0, depth, panels);
  return { at: panels, rows: padded(count), depth };
}

/** Packs transposed tokens as the first factor of a product: [width, count]. */
export function packTransposedTokens({ kernels, arena }: KernelContext, { at, count, width }: Tokens): PackedA {
  const panels = arena.allocate(4 * count * width);
  kernels.packATransposed(at, 4 * width, count, width, panels);
  return { at: panels, rows: width, depth: count };
}

/** Packs tokens [n, 8 size] as first factors, each head's columns by themselves, one after the other. */
export function packHeads({ kernels, arena }: KernelContext, { at, count, width }: Tokens): number {
  const size = width / HEADS;
  const part = padded(count) * size;
  const packed = arena.allocate(4 * HEADS * part);
  for (let head = 0; head < HEADS; head++) {
    kernels.packA(at, 4 * width, count, head * size, size, packed + 4 * head * part);
  }
  return packed;
}

/** Packs a weight [depth, outputs] as the second factor of a product, in blocks of eight outputs, padded with zeros. */
export function packB({ kernels, arena }: KernelContext, values: Float32Array, depth: number, outputs: number): number {
  const blocks = arena.allocate(4 * depth * ((outputs + 7) & ~7));
  const { mark } = arena;
  kernels.packB(arena.put(values), depth, outputs, blocks);
  arena.reset(mark);
  return blocks;
}

/** Packs a transposed weight as the first factor of a product with a grid row [C, 64]. */
export function packTransposedA({ kernels, arena }: KernelContext, { values, columns }: WeightMatrix): number {
  const panels = arena.allocate(4 * values.length);
  const { mark } = arena;
  kernels.packATransposed(arena.put(values), 4 * columns, values.length / columns, columns, panels);
  arena.reset(mark);
  return panels;
}

/** Multiplies by row-major B [depth, stride], its stride a multiple of four: [rows, stride]. */
export function multiply({ kernels, arena }: KernelContext, a: PackedA, b: number, stride: number): number {
  const { at, rows, depth } = a;
  const result = arena.allocateZeros(rows * stride);
  kernels.gemm(at, 16 * depth, 16, rows, depth, b, 4 * stride, 32, result, 4 * stride, stride);
  return result;
}
