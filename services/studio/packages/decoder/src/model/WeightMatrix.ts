/** A weight W [C, columns], row-major, for products x W of tokens x. */
export class WeightMatrix {
  readonly columns: number;

  constructor(readonly values: Float32Array, private readonly rows: number) {
    this.columns = values.length / rows;
  }

  /** Reads a weight that is stored transposed, [columns, C]. */
  static transposed(values: Float32Array, rows: number): WeightMatrix {
    const columns = values.length / rows;
    return new WeightMatrix(values.map((_, i) => values[(i % columns) * rows + Math.floor(i / columns)]), rows);
  }

  /** Concatenates the columns of weights, and adds columns of zeros up to a multiple. */
  static concatColumns(parts: readonly WeightMatrix[], multiple = 1): WeightMatrix {
    const [{ rows }] = parts;
    const columns = Math.ceil(parts.reduce((sum, part) => sum + part.columns, 0) / multiple) * multiple;
    const values = new Float32Array(rows * columns);
    let first = 0;
    for (const part of parts) {
      for (let row = 0; row < rows; row++) {
        values.set(part.values.subarray(row * part.columns, (row + 1) * part.columns), row * columns + first);
      }
      first += part.columns;
    }
    return new WeightMatrix(values, rows);
  }

  /** Scales each row: x times the result is (x s) W. */
  scale(by: ArrayLike<number>): WeightMatrix {
    return this.map((value, row) => value * by[row]);
  }

  /** Scales all elements. */
  times(factor: number): WeightMatrix {
    return this.map((value) => value * factor);
  }

  /** Subtracts each column's mean: x times the result is x P W, with P the centring of LayerNorm. */
  centreColumns(): WeightMatrix {
    const means = this.multiply(new Float32Array(this.rows).fill(1 / this.rows));
    return this.map((value, _, column) => value - means[column]);
  }

  /** x W for a token x [C]. */
  multiply(token: ArrayLike<number>): Float32Array {
    const { values, rows, columns } = this;
    const sums = new Float64Array(columns);
    for (let row = 0, i = 0; row < rows; row++) {
      const factor = token[row];
      for (let column = 0; column < columns; column++, i++) {
        sums[column] += factor * values[i];
      }
    }
    return Float32Array.from(sums);
  }

  private map(change: (value: number, row: number, column: number) => number): WeightMatrix {
    const { values, columns, rows } = this;
    const changed = new Float32Array(values.length);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        changed[i] = change(values[i], row, column);
      }
    }
    return new WeightMatrix(changed, rows);
  }
}
