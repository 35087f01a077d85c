import { type Credential, headersFor } from "../credentials/credentials.js";
import { SegmentationError } from "../errors/SegmentationError.js";

/** A request whose body's progress may be followed. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob | string;
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes sent; only where there is XMLHttpRequest. */
  readonly onProgress?: ((sentBytes: number, totalBytes: number) => void) | undefined;
}

/** An answer whose status was 2xx. */
export interface HttpAnswer {
  readonly body: string;
  readonly header: (name: string) => string | null;
}

/**
 * Makes a request and reads the answer; rejects with SegmentationError. Browsers report the progress of a body for
 * XMLHttpRequest only, which is used where somebody asks for the progress.
 */
export async function send(request: HttpRequest, credential?: Credential): Promise<HttpAnswer> {
  const headers = { ...request.headers, ...(await headersFor(credential)) };
  if (request.onProgress && typeof XMLHttpRequest !== "undefined") {
    return byXhr({ ...request, headers });
  }
  const response = await fetched({ ...request, headers });
  return { body: await response.text(), header: (name) => response.headers.get(name) };
}

/** Makes a request whose answer is read by the caller; rejects with SegmentationError unless the status is 2xx. */
export async function ask(request: HttpRequest, credential?: Credential): Promise<Response> {
  return fetched({ ...request, headers: { ...request.headers, ...(await headersFor(credential)) } });
}

async function fetched({ method, url, headers, body, signal }: HttpRequest): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { method, headers: headers ?? {}, body: body ?? null, signal: signal ?? null });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TypeError ? SegmentationError.unreachable() : error;
  }
  if (!response.ok) {
    throw SegmentationError.fromRest(response.status, await response.text());
  }
  return response;
}

function byXhr({ method, url, headers, body, signal, onProgress }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers ?? {})) {
      xhr.setRequestHeader(name, value);
    }
    const abort = () => xhr.abort();
    xhr.upload.onprogress = (event) => onProgress?.(event.loaded, event.total);
    xhr.onerror = () => reject(SegmentationError.unreachable());
    xhr.onabort = () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) {
        resolve({ body: xhr.responseText, header: (name) => xhr.getResponseHeader(name) });
      } else {
        reject(SegmentationError.fromRest(xhr.status, xhr.responseText));
      }
    };
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) {
      reject(signal.reason);
    } else {
      xhr.send(body ?? null);
    }
  });
}
