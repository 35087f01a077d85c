import { Pyramid } from "../canvas/Pyramid";
import { texts } from "../texts/texts";

/** A picture that is worked on. */
export interface Picture {
  readonly file: Blob;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pyramid: Pyramid;
  /** `sha256:...` once the server has it. */
  readonly id: string | null;
  /** Time the encoder took, in milliseconds; 0 when the server had the embedding already. */
  readonly encodeMs: number;
}

/** Reads a file as a picture, upright as its EXIF orientation says. Rejects with a reason that can be shown. */
export async function readPicture(file: Blob, name: string): Promise<Picture> {
  let pyramid: Pyramid;
  try {
    pyramid = await Pyramid.decode(file);
  } catch {
    throw new Error(texts.peek().incoming.notAPicture(name));
  }
  const { width, height } = pyramid.full;
  return { file, name, width, height, pyramid, id: null, encodeMs: 0 };
}
