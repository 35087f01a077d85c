import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { digestOf, readAssembly, readShaders, writeKernels } from "../bindings.mjs";
import { MaskDecoder } from "../src";
import { BINDINGS_DIGEST, CrossTerm, PreparePass } from "../src/gen/kernels";
import type { Shapes } from "../src/gen/shaders";
import { Arena } from "../src/kernels/Arena";
import { decodeGraph, imageGraph, maskGraph } from "./model";

const SOURCE = `
/// A pair.
@unmanaged
export class Pair {
  first!: usize;
  /// The second.
  second!: i32;
}

@unmanaged
export class SwapPass {
  nextChunk!: i32;
  pair!: usize;
}

export enum PassKind {
  Swap,
}

export function swap(pair: usize, times: i32): void {
}
`;
const INDEX = `export { swap } from "./swap";`;
const read = (source: string) => readAssembly({ "swap.ts": source, "index.ts": INDEX });

describe("bindings of the kernels", () => {
  it("have every field of a structure, in its order", () => {
    const written = writeKernels(read(SOURCE));

    expect(written).toContain('export const Pair: Structure<Pair> = {\n  fields: ["first", "second"],');
    expect(written).toContain('export const SwapPass: Pass<SwapPass> = {\n  kind: 0,\n  fields: ["pair"],');
    expect(written).toContain("  /** The second. */\n  readonly second: number;");
    expect(written).toContain("swap(pair: number, times: number): void;");
  });

  it.each([
    ["field more", "second!: i32;", "second!: i32;\n  third!: i32;"],
    ["field less", "  first!: usize;\n", ""],
    ["field of another name", "second!", "other!"],
    ["field of another type", "second!: i32", "second!: usize"],
    ["parameter more", "times: i32", "times: i32, again: i32"],
    ["pass more", "  Swap,", "  Other,\n  Swap,"],
  ])("of one %s have another digest", (_, before, after) => {
    expect(digestOf(read(SOURCE.replace(before, after)))).not.toBe(digestOf(read(SOURCE)));
  });

  it("take no field that has not 32 bits, and no pass without its counter", () => {
    expect(() => read(SOURCE.replace("second!: i32", "second!: f64"))).toThrow(/'second' of 'Pair' is of type f64/);
    expect(() => writeKernels(read(SOURCE.replace("nextChunk", "chunk")))).toThrow(/'SwapPass' is 'chunk'/);
  });

  it("of structures are lists of all 32-bit words that the module reads", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    const values = { values: 7, origin: 8, imagePart: 9 };
    const address = arena.structs(CrossTerm, [values, { ...values, origin: 5 }]);

    expect([...arena.integers.subarray(address / 4, address / 4 + 6)]).toEqual([7, 8, 9, 7, 5, 9]);
    expect(arena.readStructs(CrossTerm, address, 2)).toEqual([values, { ...values, origin: 5 }]);
  });

  it("do not compile where a field is left out, unknown or of another structure", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    const calls = [
      // @ts-expect-error: imagePart is missing.
      () => arena.struct(CrossTerm, { values: 7, origin: 8 }),
      // @ts-expect-error: gram is not a field.
      () => arena.struct(CrossTerm, { values: 7, origin: 8, imagePart: 9, gram: 1 }),
      // @ts-expect-error: the fields are those of another structure.
      () => arena.struct(PreparePass, { values: 7, origin: 8, imagePart: 9 }),
      // @ts-expect-error: depth is missing.
      (): Shapes["gemm"] => ({ outputs: 1, addedStride: 0 }),
    ];

    // The type check is the test: an expected error that is none fails `npm run typecheck`.
    expect(calls).toHaveLength(4);
  });

  it("of another version than the module's are refused when a decoder is created", async () => {
    const file = new Uint8Array(readFileSync(new URL("../build/decoder.wasm", import.meta.url)));
    const constant = Uint8Array.of(0x41, ...signedLeb(BINDINGS_DIGEST));
    const at = file.findIndex((_, i) => constant.every((byte, j) => file[i + j] === byte));
    expect(at).toBeGreaterThan(0);
    file[at + 1] ^= 1;
    const parts = { image: imageGraph, decode: decodeGraph, mask: maskGraph, threads: 1, startThread: () => undefined };

    await expect(MaskDecoder.create({ ...parts, module: await WebAssembly.compile(file) }))
      .rejects.toThrow(/of another version than this page.*npm run build/);
  });
});

describe("bindings of the shaders", () => {
  const kernel = "struct Shape {\n  /// K.\n  depth: u32,\n}\n@group(0) @binding(1) var<uniform> shape: Shape;\n"
    + "@group(0) @binding(2) var<storage, read> left: array<f32>;\n"
    + "@group(0) @binding(3) var<storage, read_write> the_result: array<f32>;\n";

  it("name uniforms and buffers as the kernels declare them", () => {
    const { kernels: [{ shape, buffers }] } = readShaders({ kernel });

    expect(shape).toEqual([{ name: "depth", type: "u32", doc: "K." }]);
    expect(buffers).toEqual(["left", "theResult"]);
  });

  it("take no gap between buffers, no other type, and no vector that is not aligned", () => {
    const readWith = (before: string, after: string) => () => readShaders({ kernel: kernel.replace(before, after) });

    expect(readWith("@binding(3)", "@binding(4)")).toThrow(/'kernel'.*without a gap/);
    expect(readWith("depth: u32", "depth: f32")).toThrow(/'depth'.*is of type f32/);
    expect(readWith("depth: u32,", "depth: u32,\n  wanted: vec4u,")).toThrow(/'wanted'.*multiple of four/);
  });
});

function signedLeb(value: number): number[] {
  const bytes = [];
  for (; value >= 64; value >>= 7) {
    bytes.push((value & 127) | 128);
  }
  return [...bytes, value];
}
