import { SegmentationError } from "segmentation-client";
import { Pyramid } from "../canvas/Pyramid";
import type { Picture } from "./Picture";

/** Longest sides that a refused picture is scaled to, one after the other. The model sees 1024 pixels. */
const SIDES = [8192, 4096, 2048] as const;
const QUALITY = 0.92;

/** Returns true if the server refused a picture for its bytes or pixels. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof SegmentationError && (error.reason === "IMAGE_TOO_LARGE" || error.reason === "BODY_TOO_LARGE");
}

/** Scales down a picture over the server's limits; null when it has the smallest size already. */
export async function shrink(picture: Picture): Promise<Picture | null> {
  const longest = Math.max(picture.width, picture.height);
  const side = SIDES.find((one) => one < longest);
  if (!side) {
    return null;
  }
  const scale = side / longest;
  const size = [picture.width, picture.height].map((length) => Math.max(1, Math.round(length * scale)));
  const canvas = new OffscreenCanvas(size[0], size[1]);
  const context = canvas.getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture.pyramid.full, 0, 0, canvas.width, canvas.height);
  // A JPEG has no alpha: transparent pixels become black, as on the server.
  const file = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const pyramid = await Pyramid.decode(file);
  picture.pyramid.close();
  return { ...picture, file, pyramid, width: canvas.width, height: canvas.height };
}
