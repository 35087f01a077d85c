import { fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  type SegmentEverythingRequestSchema,
  type SegmentEverythingResponse,
} from "./gen/segmentation/v1/everything_pb.js";
import { type Image, ImageSchema } from "./gen/segmentation/v1/image_service_pb.js";
import type {
  SegmentationService,
  SegmentRequestSchema,
  SegmentResponse,
} from "./gen/segmentation/v1/segmentation_service_pb.js";
import { type Usage, UsageSchema } from "./gen/segmentation/v1/usage_service_pb.js";
import { LiveSession, type LiveSessionOptions } from "./live/LiveSession.js";
import type { GraphDescription, ModelDescription } from "./model.js";
import { ModuleLoadError, SegmentationError } from "./errors/SegmentationError.js";
import { uploadImage, type UploadOptions } from "./upload.js";

/** Options of a client. */
export interface ClientOptions {
  /**
   * Loads the part that speaks gRPC-Web, at the first call that needs it and again after a failure. Default: the
   * package's own file. Browsers remember the address of a file that failed to load, so a page may use another address.
   */
  readonly loadGrpcWeb?: () => Promise<{ readonly connect: (baseUrl: string) => Client<typeof SegmentationService> }>;
}

/** A server of promptable segmentation. Calls reject with SegmentationError. */
export class SegmentationClient {
  private readonly baseUrl: string;
  private grpcWeb: Promise<Client<typeof SegmentationService>> | undefined;

  private readonly options: Required<ClientOptions>;

  /** @param baseUrl Address of the server's HTTP port, for example `http://localhost:7081`. */
  constructor(baseUrl: string, options: ClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.options = { loadGrpcWeb: () => import("./grpcWeb.js"), ...options };
  }

  /** Uploads a picture: JPEG, PNG, WebP, TIFF or GIF. The same bytes are not encoded again. */
  upload(file: Blob, options: UploadOptions = {}): Promise<Image> {
    return uploadImage(`${this.baseUrl}/v1/images`, file, options);
  }

  /** Describes an uploaded image. NOT_FOUND if its embedding is no longer stored: upload the image again. */
  async getImage(id: string, signal?: AbortSignal): Promise<Image> {
    const response = await this.get(`/v1/images/${id}`, signal);
    return fromJson(ImageSchema, (await response.json()) as JsonValue, { ignoreUnknownFields: true });
  }

  /** Deletes an image's embedding. */
  async deleteImage(id: string, signal?: AbortSignal): Promise<void> {
    await this.get(`/v1/images/${id}`, signal, { method: "DELETE" });
  }

  /** Fetches an image's embedding: [256, 64, 64] IEEE 754 binary16 values, row-major. */
  async getEmbedding(id: string, signal?: AbortSignal): Promise<Uint16Array> {
    const headers = { Accept: "application/octet-stream" };
    const response = await this.get(`/v1/images/${id}/embedding`, signal, { headers });
    return new Uint16Array(await response.arrayBuffer());
  }

  /** Describes the model and its graphs, for decoding on the caller's machine. */
  async getModel(signal?: AbortSignal): Promise<ModelDescription> {
    return (await (await this.get("/v1/model", signal)).json()) as ModelDescription;
  }

  /** Fetches a graph of the model, an ONNX file. By the digest that `getModel` gives it can be cached indefinitely. */
  async getGraph(
    { name, sha256 }: Pick<GraphDescription, "name" | "sha256">,
    signal?: AbortSignal,
  ): Promise<ArrayBuffer> {
    return (await this.get(`/v1/model/graphs/${name}?sha256=${sha256}`, signal)).arrayBuffer();
  }

  /** Asks what the caller's tenant has used of its quotas, and may use. */
  async getUsage(signal?: AbortSignal): Promise<Usage> {
    const response = await this.get("/v1/usage", signal);
    return fromJson(UsageSchema, (await response.json()) as JsonValue, { ignoreUnknownFields: true });
  }

  /** Segments one image by one or many prompts. */
  async segment(
    request: MessageInitShape<typeof SegmentRequestSchema>,
    signal?: AbortSignal,
  ): Promise<SegmentResponse> {
    try {
      return await (await this.rpc).segment(request, signal ? { signal } : {});
    } catch (error) {
      throw asSegmentationError(error);
    }
  }

  /**
   * Finds the masks of everything in an image: progress, provisional masks if requested, then the final masks. Ends
   * with the caller's loop or signal.
   */
  async *everything(
    request: MessageInitShape<typeof SegmentEverythingRequestSchema>,
    signal?: AbortSignal,
  ): AsyncGenerator<SegmentEverythingResponse> {
    try {
      yield* (await this.rpc).segmentEverything(request, signal ? { signal } : {});
    } catch (error) {
      throw asSegmentationError(error);
    }
  }

  /** Opens a live session: prompts as fast as the pointer moves. */
  live(options: LiveSessionOptions = {}): LiveSession {
    return new LiveSession(`${this.baseUrl.replace(/^http/, "ws")}/v1/session`, options);
  }

  /** Loads gRPC-Web when it is first used: uploads and live sessions do not need it. */
  private get rpc(): Promise<Client<typeof SegmentationService>> {
    return this.grpcWeb ??= this.loadGrpcWeb();
  }

  private async loadGrpcWeb(): Promise<Client<typeof SegmentationService>> {
    try {
      return (await this.options.loadGrpcWeb()).connect(this.baseUrl);
    } catch (error) {
      // The next call tries again: a lost connection may have come back.
      this.grpcWeb = undefined;
      throw new ModuleLoadError(error);
    }
  }

  private async get(path: string, signal?: AbortSignal, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.baseUrl + path, { ...init, signal: signal ?? null });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof TypeError ? SegmentationError.unreachable() : error;
    }
    if (!response.ok) {
      throw SegmentationError.fromRest(response.status, await response.text());
    }
    return response;
  }
}

function asSegmentationError(error: unknown): unknown {
  if (!(error instanceof ConnectError) || error.code === Code.Canceled) {
    return error;
  }
  return error.code === Code.Unknown && error.cause instanceof TypeError
    ? SegmentationError.unreachable()
    : new SegmentationError(error.code, error.rawMessage);
}
