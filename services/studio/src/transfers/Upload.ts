/** A file that is sent. */
export interface Upload {
  readonly project: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** `known`: the project has the file; `missing`: an earlier page was to send it, and this one cannot read it. */
  readonly state: "waiting" | "checking" | "sending" | "done" | "known" | "failed" | "missing";
  /** Bytes sent. */
  readonly sent: number;
  /** Why it was refused, or is tried again. */
  readonly reason?: string | undefined;
}

/** Sums over all files of a queue. */
export interface UploadSums {
  readonly files: number;
  /** Files that need nothing more: done, known or failed. */
  readonly ended: number;
  readonly known: number;
  readonly failed: number;
  readonly missing: number;
  readonly bytes: number;
  readonly sentBytes: number;
}

/** Sums over files. */
export function sumsOf(uploads: readonly Upload[]): UploadSums {
  const sums = { files: uploads.length, ended: 0, known: 0, failed: 0, missing: 0, bytes: 0, sentBytes: 0 };
  for (const { state, sizeBytes, sent } of uploads) {
    sums.bytes += sizeBytes;
    sums.sentBytes += sent;
    sums.ended += state === "done" || state === "known" || state === "failed" ? 1 : 0;
    if (state === "known" || state === "failed" || state === "missing") {
      sums[state]++;
    }
  }
  return sums;
}
