import type { Language } from "../texts/dictionaries";
import type { ExportFormat } from "./formats";
import type { Scene } from "./Scene";

/** Message from the page to the worker that writes a file. */
export interface ToExport {
  readonly format: ExportFormat["key"];
  readonly scene: Scene;
  /** Its pixels, where the form has any of them. */
  readonly picture: ImageBitmap | null;
  readonly language: Language;
}

/** Message from that worker. */
export type FromExport =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "made"; readonly file: Blob }
  | { readonly kind: "failed"; readonly reason: string };
