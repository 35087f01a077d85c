import type { Picture } from "../picture/Picture";

/** Twice the size at which lists show it. */
const LONGEST = 192;

/** Draws a small picture for lists; null where the browser cannot. */
export async function thumbnailOf({ pyramid, width, height }: Picture): Promise<Blob | null> {
  try {
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    canvas.getContext("2d")!.drawImage(pyramid.smallest, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
  } catch {
    return null;
  }
}
