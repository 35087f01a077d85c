import { forEachSpan } from "segmentation-client/rle";
import { texts } from "../texts/texts";
import { toPalettePng } from "./palettePng";
import type { Scene } from "./Scene";

/** The largest category that a pixel of eight bits can name. */
const MOST = 255;

/**
 * A PNG with a palette, as Pascal VOC's: each pixel is the id of the category that lies there, 0 where none does. Small
 * objects lie on large ones.
 */
export async function toLabelMap(scene: Scene): Promise<Blob> {
  const { width, height } = scene;
  const above = scene.objects.find(({ category }) => category.id > MOST);
  if (above) {
    throw new Error(texts.peek().exports.tooManyLabels(above.category.name, MOST));
  }
  const pixels = new Uint8Array(width * height);
  const colours: string[] = [];
  for (const { mask, category, colour } of scene.objects.toSorted((a, b) => b.mask.area - a.mask.area)) {
    colours[category.id] ??= colour;
    forEachSpan(mask.runs, (column, top, bottom) => {
      for (let row = top; row < bottom; row++) {
        pixels[row * width + column] = category.id;
      }
    });
  }
  return toPalettePng(pixels, width, height, colours);
}
