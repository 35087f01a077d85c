import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type Image, ImageSchema } from "./gen/segmentation/v1/image_service_pb.js";
import type { Credential } from "./credentials/credentials.js";
import { send } from "./http/http.js";

/** Options of an upload. */
export interface UploadOptions {
  /** Receives the number of bytes sent; only where there is XMLHttpRequest. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Id of a model, or a roll-out's name. Default: the caller's default model. */
  readonly model?: string;
}

/** Sends a file's bytes to `POST /v1/images`. */
export async function uploadImage(
  url: string,
  file: Blob,
  { onProgress, signal, model }: UploadOptions = {},
  credential?: Credential,
): Promise<Image> {
  const headers = { "Content-Type": file.type || "application/octet-stream" };
  const { body } = await send(
    { method: "POST", url: url + queryOf({ model }), headers, body: file, signal, onProgress }, credential);
  return fromJson(ImageSchema, JSON.parse(body) as JsonValue, { ignoreUnknownFields: true });
}

/** The query of a request about an image. */
export function queryOf({ model }: { readonly model?: string | undefined }): string {
  return model ? `?model=${encodeURIComponent(model)}` : "";
}
