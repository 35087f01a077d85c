import type { Structure } from "../gen/kernels";

const PAGE = 65_536;
/** Bytes before this are the threads' control words (threadLoop.ts). */
const FIRST = 1_024;

/** Stack allocator over the kernels' memory: `reset` frees everything that was allocated after a mark. */
export class Arena {
  private end = FIRST;

  constructor(private readonly memory: WebAssembly.Memory) {}

  /** All memory as numbers; valid until the next allocation. */
  get floats(): Float32Array {
    return new Float32Array(this.memory.buffer);
  }

  /** All memory as integers; valid until the next allocation. */
  get integers(): Int32Array {
    return new Int32Array(this.memory.buffer);
  }

  /** Address of the next allocation. */
  get mark(): number {
    return this.end;
  }

  /** Frees what was allocated after a mark. */
  reset(mark: number): void {
    this.end = mark;
  }

  /**
   * Allocates bytes without clearing them; returns their address.
   * @throws RangeError when the browser has no more memory.
   */
  allocate(bytes: number): number {
    const address = this.end;
    // Allocations are whole cache lines, so that no two threads write to the same one.
    this.end = (address + bytes + 63) & ~63;
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
    }
    return address;
  }

  /** Allocates numbers, all zero. */
  allocateZeros(count: number): number {
    const address = this.allocate(4 * count);
    this.view(address, count).fill(0);
    return address;
  }

  /** Allocates and writes numbers. */
  put(values: ArrayLike<number>): number {
    const address = this.allocate(4 * values.length);
    this.floats.set(values, address / 4);
    return address;
  }

  /** Allocates and writes integers. */
  putIntegers(values: ArrayLike<number>): number {
    const address = this.allocate(4 * values.length);
    this.integers.set(values, address / 4);
    return address;
  }

  /** Allocates and writes a structure. */
  struct<T>(structure: Structure<T>, values: Readonly<T>): number {
    return this.structs(structure, [values]);
  }

  /** Allocates and writes structures, one after the other. */
  structs<T>(structure: Structure<T>, all: readonly Readonly<T>[]): number {
    return this.putIntegers(all.flatMap((values) => fieldsOf(structure, values)));
  }

  /** Reads structures that lie one after the other. */
  readStructs<T>({ fields }: Structure<T>, address: number, count: number): T[] {
    const { integers } = this;
    return Array.from({ length: count }, (_, i) => Object.fromEntries(fields.map((field, at) =>
      [field, integers[address / 4 + i * fields.length + at]])) as T);
  }

  /** Numbers at an address; valid until the next allocation. */
  view(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }
}

/** The values of a structure's fields, in their order. */
export function fieldsOf<T>({ fields }: Structure<T>, values: Readonly<T>): number[] {
  return fields.map((field) => values[field] as number);
}
