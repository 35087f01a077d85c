import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { Client, Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { headersFor } from "../credentials/credentials.js";
import { SegmentationError } from "../errors/SegmentationError.js";
import { AnnotationService } from "../gen/segmentation/projects/v1/annotation_service_pb.js";
import { JobService } from "../gen/segmentation/projects/v1/job_service_pb.js";
import { type Picture, PictureSchema, PictureService } from "../gen/segmentation/projects/v1/picture_service_pb.js";
import { ProjectService } from "../gen/segmentation/projects/v1/project_service_pb.js";
import { ReviewService } from "../gen/segmentation/projects/v1/review_service_pb.js";
import { RunService } from "../gen/segmentation/projects/v1/run_service_pb.js";
import { TransferService } from "../gen/segmentation/projects/v1/transfer_service_pb.js";
import { ask, type HttpRequest, send } from "../http/http.js";
import { type Access, signedIn } from "../http/signedIn.js";
import { callsOf } from "./callsOf.js";

/** Options of a client of projects, as those of SegmentationClient. Without a credential the page's cookie counts. */
export type ProjectsClientOptions = Access;

/** Options of sending a file. */
export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes sent; only where there is XMLHttpRequest. */
  readonly onProgress?: ((sentBytes: number, totalBytes: number) => void) | undefined;
}

/**
 * A server's projects: the seven services of `protos/segmentation/projects/v1` over gRPC-Web, and the files by HTTP.
 * Calls reject with SegmentationError, those of the services with ProjectsError. `AddPicture` and `ReadPicture` are for
 * other transports: a browser sends and reads files with `uploadPicture`, `thumbnail` and `file`.
 */
export class ProjectsClient {
  readonly projects: Client<typeof ProjectService>;
  readonly pictures: Client<typeof PictureService>;
  readonly annotations: Client<typeof AnnotationService>;
  readonly jobs: Client<typeof JobService>;
  readonly runs: Client<typeof RunService>;
  readonly reviews: Client<typeof ReviewService>;
  readonly transfers: Client<typeof TransferService>;
  private readonly baseUrl: string;

  /** @param baseUrl Address of the server's HTTP port, for example `http://localhost:7081`. */
  constructor(
    baseUrl: string,
    private readonly options: ProjectsClientOptions = {},
  ) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    const authorize: Interceptor = (next) => async (request) => {
      for (const [name, value] of Object.entries(await headersFor(options.credential))) {
        request.header.set(name, value);
      }
      return next(request);
    };
    const transport = createGrpcWebTransport({ baseUrl: this.baseUrl, interceptors: [authorize] });
    this.projects = callsOf(ProjectService, transport, options);
    this.pictures = callsOf(PictureService, transport, options);
    this.annotations = callsOf(AnnotationService, transport, options);
    this.jobs = callsOf(JobService, transport, options);
    this.runs = callsOf(RunService, transport, options);
    this.reviews = callsOf(ReviewService, transport, options);
    this.transfers = callsOf(TransferService, transport, options);
  }

  /** Adds a picture. The same file again gives the picture that there is. */
  async uploadPicture(project: string, name: string, file: Blob, options: SendOptions = {}): Promise<Picture> {
    const { body } = await this.send({
      method: "POST",
      url: `${this.folder(project)}/pictures:upload?name=${encodeURIComponent(name)}`,
      headers: { "Content-Type": file.type || "application/octet-stream" },
      body: file,
      ...options,
    });
    return fromJson(PictureSchema, JSON.parse(body) as JsonValue, { ignoreUnknownFields: true });
  }

  /** Reads a picture's thumbnail: a JPEG of at most 256 pixels a side. */
  thumbnail(project: string, picture: bigint, signal?: AbortSignal): Promise<Blob> {
    return this.read(`${this.folder(project)}/pictures/${picture}/thumbnail`, signal);
  }

  /** Reads a picture's file. */
  file(project: string, picture: bigint, signal?: AbortSignal): Promise<Blob> {
    return this.read(`${this.folder(project)}/pictures/${picture}/file`, signal);
  }

  /**
   * Creates an upload, to which `append` adds.
   * @param project The project's id, or `restore` for the backup of a new one.
   * @returns The upload's id.
   */
  async createUpload(project: string, name: string, sizeBytes: number, signal?: AbortSignal): Promise<string> {
    const { body } = await this.send({
      method: "POST",
      url: `${this.folder(project)}/uploads`,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name, sizeBytes }),
      signal,
    });
    return (JSON.parse(body) as { readonly id: string }).id;
  }

  /** Number of bytes of an upload that have arrived. */
  async arrivedBytes(project: string, upload: string, signal?: AbortSignal): Promise<number> {
    const { header } = await this.send({ method: "HEAD", url: this.uploadOf(project, upload), signal });
    return offsetIn(header);
  }

  /**
   * Appends to an upload.
   * @param offset Bytes that have arrived before.
   * @returns Bytes that have arrived now.
   */
  async append(
    project: string,
    upload: string,
    offset: number,
    part: Blob,
    options: SendOptions = {},
  ): Promise<number> {
    const { header } = await this.send({
      method: "PATCH",
      url: this.uploadOf(project, upload),
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: part,
      ...options,
    });
    return offsetIn(header);
  }

  /** Address of the result of a transfer, for a link; a page without a cookie reads it with `result`. */
  resultUrl(project: string, transfer: bigint): string {
    return `${this.folder(project)}/transfers/${transfer}/file`;
  }

  /** Reads the result of a transfer. */
  result(project: string, transfer: bigint, signal?: AbortSignal): Promise<Blob> {
    return this.read(this.resultUrl(project, transfer), signal);
  }

  private folder(project: string): string {
    return `${this.baseUrl}/v1/projects/${encodeURIComponent(project)}`;
  }

  private uploadOf(project: string, upload: string): string {
    return `${this.folder(project)}/uploads/${encodeURIComponent(upload)}`;
  }

  private read(url: string, signal?: AbortSignal): Promise<Blob> {
    const read = async () => (await ask({ method: "GET", url, signal }, this.options.credential)).blob();
    return signedIn(read, this.options);
  }

  private send(request: HttpRequest) {
    return signedIn(() => send(request, this.options.credential), this.options);
  }
}

function offsetIn(header: (name: string) => string | null): number {
  const offset = Number(header("Upload-Offset") ?? NaN);
  if (!Number.isSafeInteger(offset)) {
    throw SegmentationError.fromRest(502, "");
  }
  return offset;
}
