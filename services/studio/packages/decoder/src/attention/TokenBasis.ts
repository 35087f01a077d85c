import { type KernelContext, padded, type Tokens } from "../kernels/KernelContext";
import { multiply, packTokens, packTransposedTokens } from "../tokens/packing";

/**
 * B [R, C]: the prompt's basis rows of factored image tokens. A cell's R coefficients c stand for c B in its token, so
 * operations on 4096 tokens are applied to these rows once. docs/model.md, "Factored image tokens".
 */
export class TokenBasis {
  constructor(private readonly context: KernelContext, readonly rows: Tokens) {}

  /** R: coefficients of a cell. */
  get rank(): number {
    return this.rows.count;
  }

  /** B W for W [C, stride]: [R, stride], with room for a multiple of four rows. */
  project(columns: number, stride: number): number {
    return multiply(this.context, packTokens(this.context, this.rows), columns, stride);
  }

  /** B' [C, stride]; the stride is R, padded. */
  private transpose(): number {
    const { kernels, arena } = this.context;
    const { at, count, width } = this.rows;
    const stride = padded(count);
    const result = arena.allocateZeros(width * stride);
    kernels.transpose(at, count, width, 0, width, result, stride);
    return result;
  }

  /** Keys of coefficients: k B' [m, R] for keys k [m, C], packed by `packA`; m is a multiple of four. */
  packKeys(keys: Tokens): number {
    const { kernels, arena } = this.context;
    const { rank } = this;
    const stride = padded(rank);
    const products = multiply(this.context, packTokens(this.context, keys), this.transpose(), stride);
    const packed = arena.allocate(4 * keys.count * rank);
    kernels.packA(products, 4 * stride, keys.count, 0, rank, packed);
    return packed;
  }

  /** c B for coefficients c, given and returned as columns: [R, stride] to [C, stride]. */
  restore(coefficients: number, stride: number): number {
    return multiply(this.context, packTransposedTokens(this.context, this.rows), coefficients, stride);
  }

  /**
   * G = B B', the Gram matrix of centred rows [R, R], packed by `packA`. Only its upper half is not zero, with the
   * elements off the diagonal doubled: c G c' needs each pair once.
   */
  packGram(): number {
    const { arena } = this.context;
    const { rank } = this;
    const stride = padded(rank);
    const products = arena.view(this.project(this.transpose(), stride), stride * stride);
    const packed = arena.allocate(4 * stride * rank);
    const to = arena.view(packed, stride * rank);
    for (let row = 0; row < stride; row++) {
      for (let column = 0; column < rank; column++) {
        const isUpper = row < rank && column >= row;
        const value = isUpper ? products[row * stride + column] * (column > row ? 2 : 1) : 0;
        to[4 * ((row >> 2) * rank + column) + (row & 3)] = value;
      }
    }
    return packed;
  }
}
