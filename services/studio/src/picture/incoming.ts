/** A picture that comes from somewhere. */
export interface Incoming {
  readonly file: Blob;
  readonly name: string;
}

/** The first picture among what was dropped or pasted. */
export function pictureIn(data: DataTransfer | null): Incoming | undefined {
  const files = [...(data?.files ?? [])];
  const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0];
  return file && { file, name: file.name || "Pasted picture" };
}

/** One of the pictures that come with the studio. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

/** The pictures that come with the studio; whose they are is in public/examples/ATTRIBUTION.md. */
export const EXAMPLES: readonly Example[] = [
  { name: "coffee.jpg", title: "A cup of coffee", url: "/examples/coffee.jpg" },
  { name: "chelsea.jpg", title: "A cat", url: "/examples/chelsea.jpg" },
  { name: "coins.jpg", title: "Coins", url: "/examples/coins.jpg" },
];

/** Loads an example. */
export async function loadExample({ name, url }: Example): Promise<Incoming> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`The example ${name} could not be loaded (HTTP status ${response.status}).`);
  }
  return { file: await response.blob(), name };
}
