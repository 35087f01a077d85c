const PAGE = 65_536;
/** Above what the threads agree by. */
const FIRST = 1_024;

/** Memory of the kernels: what is taken lies one after the other, until all behind a mark is given back. */
export class Arena {
  private end = FIRST;

  constructor(private readonly memory: WebAssembly.Memory) {}

  /** Numbers of the memory; valid until more is taken. */
  get floats(): Float32Array {
    return new Float32Array(this.memory.buffer);
  }

  /** Integers of the memory; valid until more is taken. */
  get integers(): Int32Array {
    return new Int32Array(this.memory.buffer);
  }

  /** Where what is taken next will lie. */
  get mark(): number {
    return this.end;
  }

  /** Gives back what was taken behind a mark. */
  reset(mark: number): void {
    this.end = mark;
  }

  /**
   * Takes bytes, as they are; returns their address.
   * @throws RangeError when the browser has no more memory.
   */
  take(bytes: number): number {
    const address = this.end;
    // A cache line each, so that no two threads write to the same.
    this.end = (address + bytes + 63) & ~63;
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
    }
    return address;
  }

  /** Takes room for numbers and writes them. */
  put(values: ArrayLike<number>): number {
    const address = this.take(4 * values.length);
    this.floats.set(values, address / 4);
    return address;
  }

  /** Takes room for integers and writes them. */
  putIntegers(values: ArrayLike<number>): number {
    const address = this.take(4 * values.length);
    this.integers.set(values, address / 4);
    return address;
  }

  /** Takes room for the fields of a structure, 32 bits each, and writes them. */
  struct(...fields: readonly number[]): number {
    return this.putIntegers(fields);
  }

  /** Numbers at an address; valid until more is taken. */
  view(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
}
