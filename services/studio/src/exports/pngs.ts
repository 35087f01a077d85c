import { forEachSpan } from "segmentation-client/rle";
import { texts } from "../texts/texts";
import type { Scene } from "./Scene";

/** Writes the objects on a transparent background, cut to their bounding box, with the picture's pixels. */
export async function toCutout(scene: Scene, picture: ImageBitmap): Promise<Blob> {
  const filled = scene.objects.map(({ mask }) => mask).filter(({ area }) => area > 0);
  if (filled.length === 0) {
    throw new Error(texts.peek().exports.nothing);
  }
  const left = Math.min(...filled.map(({ box }) => box.x));
  const top = Math.min(...filled.map(({ box }) => box.y));
  const width = Math.max(...filled.map(({ box }) => box.x + box.width)) - left;
  const height = Math.max(...filled.map(({ box }) => box.y + box.height)) - top;
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  context.drawImage(picture, -left, -top);
  const pixels = context.getImageData(0, 0, width, height);
  const kept = new Uint8Array(width * height);
  for (const { runs } of filled) {
    forEachSpan(runs, (column, from, to) => {
      for (let row = from; row < to; row++) {
        kept[(row - top) * width + column - left] = 1;
      }
    });
  }
  for (let i = 0; i < kept.length; i++) {
    if (!kept[i]) {
      pixels.data.fill(0, 4 * i, 4 * i + 4);
    }
  }
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** A picture of the same size, white inside of the masks and black outside. */
export async function toMaskPng(scene: Scene): Promise<Blob> {
  const { width, height } = scene;
  const pixels = new ImageData(width, height);
  const words = new Uint32Array(pixels.data.buffer).fill(0xff000000);
  for (const { mask } of scene.objects) {
    forEachSpan(mask.runs, (column, from, to) => {
      for (let row = from; row < to; row++) {
        words[row * width + column] = 0xffffffff;
      }
    });
  }
  const canvas = new OffscreenCanvas(width, height);
  contextOf(canvas).putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) {
    throw new Error(texts.peek().exports.tooLarge);
  }
  return context;
}
