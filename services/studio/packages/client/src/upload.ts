import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { type Image, ImageSchema } from "./gen/segmentation/v1/image_service_pb.js";
import { type Credential, headersFor } from "./credentials/credentials.js";
import { SegmentationError } from "./errors/SegmentationError.js";

/** Options of an upload. */
export interface UploadOptions {
  /** Receives the number of bytes sent; only where there is XMLHttpRequest. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Id of a model, or a roll-out's name. Default: the caller's default model. */
  readonly model?: string;
}

/** Sends a file's bytes to `POST /v1/images`. Browsers report progress for XMLHttpRequest only, so it is used there. */
export async function uploadImage(
  url: string,
  file: Blob,
  options: UploadOptions = {},
  credential?: Credential,
): Promise<Image> {
  const headers = { ...typeOf(file), ...await headersFor(credential) };
  url += queryOf(options);
  return typeof XMLHttpRequest === "undefined"
    ? byFetch(url, file, headers, options)
    : byXhr(url, file, headers, options);
}

/** The query of a request about an image. */
export function queryOf({ model }: { readonly model?: string }): string {
  return model ? `?model=${encodeURIComponent(model)}` : "";
}

type Headers = Record<string, string>;

async function byFetch(url: string, file: Blob, headers: Headers, { signal }: UploadOptions): Promise<Image> {
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body: file, signal: signal ?? null });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TypeError ? SegmentationError.unreachable() : error;
  }
  return read(response.status, await response.text());
}

function byXhr(url: string, file: Blob, headers: Headers, { onProgress, signal }: UploadOptions): Promise<Image> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => onProgress?.(event.loaded, event.total);
    request.onerror = () => reject(SegmentationError.unreachable());
    request.onabort = () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
    request.onload = () => {
      try {
        resolve(read(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (signal?.aborted) {
      reject(signal.reason);
    } else {
      request.send(file);
    }
  });
}

function typeOf(file: Blob): Headers {
  return { "Content-Type": file.type || "application/octet-stream" };
}

function read(status: number, body: string): Image {
  if (status < 200 || status >= 300) {
    throw SegmentationError.fromRest(status, body);
  }
  return fromJson(ImageSchema, JSON.parse(body) as JsonValue, { ignoreUnknownFields: true });
}
