import { padded, type Tokens, type Workshop } from "../kernels/KernelContext";

/**
 * What each number that the layers keep of a picture's cell stands for in its token: rows [n, C], the same for all cells
 * (FoldedLayers). Whatever is done to a token is done to these rows once.
 */
export class Basis {
  constructor(private readonly shop: Workshop, readonly rows: Tokens) {}

  /** Numbers kept of a cell. */
  get count(): number {
    return this.rows.count;
  }

  /** What each row gives for columns [C, stride]: [n, stride], with room for a multiple of four. */
  project(columns: number, stride: number): number {
    const { kernels, arena } = this.shop;
    const { at, count, width } = this.rows;
    const panels = arena.take(4 * padded(count) * width);
    kernels.packRows(at, 4 * width, count, 0, width, panels);
    const result = takeZeros(this.shop, padded(count) * stride);
    kernels.addProduct(
      panels, 16 * width, 16, padded(count), width, columns, 4 * stride, 32, result, 4 * stride, stride);
    return result;
  }

  /** The rows as columns [C, stride]; the stride is the count, padded. */
  transpose(): number {
    const { kernels } = this.shop;
    const { at, count, width } = this.rows;
    const stride = padded(count);
    const result = takeZeros(this.shop, width * stride);
    kernels.transpose(at, count, width, 0, width, result, stride);
    return result;
  }

  /** Keys of tokens [m, C] for what is kept, [m, n], packed as panels; m is a multiple of four. */
  packKeys(keys: Tokens): number {
    const { kernels, arena } = this.shop;
    const { count } = this;
    const stride = padded(count);
    const panels = arena.take(4 * keys.count * keys.width);
    kernels.packRows(keys.at, 4 * keys.width, keys.count, 0, keys.width, panels);
    const products = takeZeros(this.shop, keys.count * stride);
    kernels.addProduct(
      panels, 16 * keys.width, 16, keys.count, keys.width, this.transpose(), 4 * stride, 32, products, 4 * stride, stride);
    const packed = arena.take(4 * keys.count * count);
    kernels.packRows(products, 4 * stride, keys.count, 0, count, packed);
    return packed;
  }

  /** Tokens [C, stride] of which these numbers were kept [n, stride]. */
  restore(numbers: number, stride: number): number {
    const { kernels, arena } = this.shop;
    const { at, count, width } = this.rows;
    const panels = arena.take(4 * count * width);
    kernels.packColumns(at, 4 * width, count, width, panels);
    const result = takeZeros(this.shop, width * stride);
    kernels.addProduct(panels, 16 * count, 16, width, count, numbers, 4 * stride, 32, result, 4 * stride, stride);
    return result;
  }

  /** The rows' products with each other, each pair once: the upper half of a matrix [n, n], packed as panels. */
  packSquares(): number {
    const { arena } = this.shop;
    const { count } = this;
    const stride = padded(count);
    const products = arena.view(this.project(this.transpose(), stride), stride * stride);
    const packed = arena.take(4 * stride * count);
    const to = arena.view(packed, stride * count);
    for (let row = 0; row < stride; row++) {
      for (let column = 0; column < count; column++) {
        const isThere = row < count && column >= row;
        const value = isThere ? products[row * stride + column] * (column > row ? 2 : 1) : 0;
        to[4 * ((row >> 2) * count + column) + (row & 3)] = value;
      }
    }
    return packed;
  }
}

function takeZeros({ arena }: Workshop, count: number): number {
  const address = arena.take(4 * count);
  arena.view(address, count).fill(0);
  return address;
}
