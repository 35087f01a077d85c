import { Pyramid } from "../canvas/Pyramid";
import { texts } from "../texts/texts";

/** A picture that is worked on. */
export interface Picture {
  /** The file that is uploaded. */
  readonly file: Blob;
  /** The file that was opened: `file`, unless that is a smaller version of it. */
  readonly original: Blob;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pyramid: Pyramid;
  /** `sha256:...` once the server has it. */
  readonly id: string | null;
  /** Time the encoder took, in milliseconds; 0 when the server had the embedding already. */
  readonly encodeMs: number;
  /** Id of the model that made its embedding; empty before. */
  readonly model: string;
  /** Made once, for lists. */
  thumbnail?: Promise<Blob | null>;
}

/** Reads a file as a picture, turned upright by its EXIF orientation. Rejects with a reason for the user. */
export async function readPicture(file: Blob, name: string): Promise<Picture> {
  const format = await formatOf(file);
  if (format) {
    throw new Error(texts.peek().incoming.otherFormat(name, format));
  }
  let pyramid: Pyramid;
  try {
    pyramid = await Pyramid.decode(file);
  } catch {
    throw new Error(texts.peek().incoming.notAPicture(name));
  }
  const { width, height } = pyramid.full;
  return { file, original: file, name, width, height, pyramid, id: null, encodeMs: 0, model: "" };
}

/** Formats that browsers or the server cannot read, BMP and TIFF, recognised by their first bytes. */
async function formatOf(file: Blob): Promise<"BMP" | "TIFF" | null> {
  const [a, b, c, d] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (a === 0x42 && b === 0x4d) {
    return "BMP";
  }
  const isTiff = (a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0)
    || (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43));
  return isTiff ? "TIFF" : null;
}
