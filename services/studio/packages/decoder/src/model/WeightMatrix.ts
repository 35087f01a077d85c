/** A weight [C, columns] by which tokens are multiplied from the left, row-major. */
export class Matrix {
  readonly columns: number;

  constructor(readonly values: Float32Array, private readonly rows: number) {
    this.columns = values.length / rows;
  }

  /** A weight that is stored the other way round, [columns, C]. */
  static transposed(values: Float32Array, rows: number): Matrix {
    const columns = values.length / rows;
    return new Matrix(values.map((_, i) => values[(i % columns) * rows + Math.floor(i / columns)]), rows);
  }

  /** Weights beside each other, with columns of zeros up to a multiple. */
  static beside(parts: readonly Matrix[], multiple = 1): Matrix {
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
    return new Matrix(values, rows);
  }

  /** Each row times its own. */
  scale(by: ArrayLike<number>): Matrix {
    return this.map((value, row) => value * by[row]);
  }

  /** All times one. */
  times(factor: number): Matrix {
    return this.map((value) => value * factor);
  }

  /** For tokens of which their mean has not been taken away, though it should. */
  centre(): Matrix {
    const means = this.multiply(new Float32Array(this.rows).fill(1 / this.rows));
    return this.map((value, _, column) => value - means[column]);
  }

  /** A token [C] times it. */
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

  private map(change: (value: number, row: number, column: number) => number): Matrix {
    const { values, columns, rows } = this;
    const changed = new Float32Array(values.length);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        changed[i] = change(values[i], row, column);
      }
    }
    return new Matrix(changed, rows);
  }
}
