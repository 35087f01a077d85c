import type { Texts } from "../texts/en";
import { texts } from "../texts/texts";

/** A picture that comes from somewhere. */
export interface Incoming {
  readonly file: Blob;
  readonly name: string;
}

/** Selects the pictures among files that were dropped, pasted or chosen, or else the first file. */
export function picturesIn(data: { readonly files: FileList | null } | null): Incoming[] {
  const files = [...(data?.files ?? [])];
  const pictures = files.filter(({ type }) => type.startsWith("image/"));
  return (pictures.length > 0 ? pictures : files.slice(0, 1)).map((file) =>
    ({ file, name: file.name || texts.peek().incoming.pasted }));
}

/** One of the pictures that come with the studio. */
export interface Example {
  readonly name: string;
  /** Names its title among the texts. */
  readonly key: keyof Texts["examples"];
  readonly url: string;
}

/** The pictures that come with the studio; whose they are is in public/examples/ATTRIBUTION.md. */
export const EXAMPLES: readonly Example[] = [
  { name: "coffee.jpg", key: "coffee", url: "/examples/coffee.jpg" },
  { name: "chelsea.jpg", key: "chelsea", url: "/examples/chelsea.jpg" },
  { name: "coins.jpg", key: "coins", url: "/examples/coins.jpg" },
];

/** Loads an example. */
export async function loadExample({ name, url }: Example): Promise<Incoming> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(texts.peek().incoming.exampleNotLoaded(name, response.status));
  }
  return { file: await response.blob(), name };
}
