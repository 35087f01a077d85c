import { fromJson, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import {
  type SegmentEverythingRequestSchema,
  type SegmentEverythingResponse,
} from "./gen/segmentation/v1/everything_pb.js";
import { type Image, ImageSchema } from "./gen/segmentation/v1/image_service_pb.js";
import { ListModelsResponseSchema, type Model, ModelSchema } from "./gen/segmentation/v1/model_service_pb.js";
import type { Credential } from "./credentials/credentials.js";
import type {
  SegmentationService,
  SegmentRequestSchema,
  SegmentResponse,
} from "./gen/segmentation/v1/segmentation_service_pb.js";
import { type Usage, UsageSchema } from "./gen/segmentation/v1/usage_service_pb.js";
import { LiveSession } from "./live/LiveSession.js";
import type { LiveSessionOptions } from "./live/LiveSessionOptions.js";
import type { GraphDescription, ModelDescription } from "./model.js";
import { detailsOf } from "./errors/details.js";
import { ModuleLoadError, SegmentationError } from "./errors/SegmentationError.js";
import { ask, type HttpRequest } from "./http/http.js";
import { afterFailure, MAX_TRIES, type SignIn, signedIn } from "./http/signedIn.js";
import { queryOf, uploadImage, type UploadOptions } from "./upload.js";

/** Options of a client. */
export interface ClientOptions {
  /**
   * Loads the part that speaks gRPC-Web, at the first call that needs it and again after a failure. Default: the
   * package's own file. Browsers remember the address of a file that failed to load, so a page may use another address.
   */
  readonly loadGrpcWeb?: () => Promise<{
    readonly connect: (baseUrl: string, credential?: Credential) => Client<typeof SegmentationService>;
  }>;
  /**
   * API key or token of all calls and sessions, or a function that gives one that is valid now. A call that is refused
   * for its credential asks the function once more and is sent again. A live session asks the function again before its
   * credential expires, and goes on. Default: none, as on a page whose session is a cookie.
   */
  readonly credential?: Credential | undefined;
  /** Model of calls that name none: an id of `listModels`, or a roll-out's name. Default: the caller's default model. */
  readonly model?: string | undefined;
  /**
   * Is called when the server does not know the caller, for example because a session has ended; the call is repeated
   * when the promise resolves. A page can ask its user to sign in. Default: such calls reject with `Code.Unauthenticated`.
   */
  readonly signIn?: SignIn | undefined;
}

/** The model of a request. */
export interface OfModel {
  /** Id of a model, or a roll-out's name. Default: the client's model. */
  readonly model?: string;
}

/** A server of promptable segmentation. Calls reject with SegmentationError. */
export class SegmentationClient {
  private readonly baseUrl: string;
  private grpcWeb: Promise<Client<typeof SegmentationService>> | undefined;

  private readonly options: Required<ClientOptions>;

  /** @param baseUrl Address of the server's HTTP port, for example `http://localhost:7081`. */
  constructor(baseUrl: string, options: ClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.options = {
      loadGrpcWeb: () => import("./grpcWeb.js"),
      credential: undefined,
      model: undefined,
      signIn: undefined,
      ...options,
    };
  }

  /** Uploads a picture: JPEG, PNG, WebP, TIFF or GIF. The same bytes are not encoded again. */
  upload(file: Blob, options: UploadOptions = {}): Promise<Image> {
    const of = { ...this.ofModel, ...options };
    const upload = () => uploadImage(`${this.baseUrl}/v1/images`, file, of, this.options.credential);
    return signedIn(upload, this.options);
  }

  /** Describes an uploaded image. NOT_FOUND if its embedding is no longer stored: upload the image again. */
  async getImage(id: string, signal?: AbortSignal, of: OfModel = this.ofModel): Promise<Image> {
    const response = await this.get(`/v1/images/${id}${queryOf(of)}`, signal);
    return fromJson(ImageSchema, (await response.json()) as JsonValue, { ignoreUnknownFields: true });
  }

  /** Deletes an image's embeddings by all models. */
  async deleteImage(id: string, signal?: AbortSignal): Promise<void> {
    await this.get(`/v1/images/${id}`, signal, { method: "DELETE" });
  }

  /** Fetches an image's embedding: IEEE 754 binary16 values, row-major, of the tensors that `Model.embedding` lists. */
  async getEmbedding(id: string, signal?: AbortSignal, of: OfModel = this.ofModel): Promise<Uint16Array> {
    const headers = { Accept: "application/octet-stream" };
    const response = await this.get(`/v1/images/${id}/embedding${queryOf(of)}`, signal, { headers });
    return new Uint16Array(await response.arrayBuffer());
  }

  /** Lists the models that the server serves, the caller's default first. */
  async listModels(signal?: AbortSignal): Promise<Model[]> {
    const response = await this.get("/v1/models", signal);
    return fromJson(ListModelsResponseSchema, (await response.json()) as JsonValue, { ignoreUnknownFields: true }).models;
  }

  /** Describes a model of the server. NOT_FOUND, with the ids that there are, if the server has no such model. */
  async describeModel(id: string, signal?: AbortSignal): Promise<Model> {
    const response = await this.get(`/v1/models/${encodeURIComponent(id)}`, signal);
    return fromJson(ModelSchema, (await response.json()) as JsonValue, { ignoreUnknownFields: true });
  }

  /** Describes the caller's default model and its graphs, for decoding on the caller's machine. */
  async getModel(signal?: AbortSignal): Promise<ModelDescription> {
    return (await (await this.get("/v1/model", signal)).json()) as ModelDescription;
  }

  /**
   * Fetches a graph of the default model, or of another one, as an ONNX file. By the digest that `getModel` or
   * `Model.browserDecoding` gives it can be cached indefinitely.
   */
  async getGraph(
    { name, sha256 }: Pick<GraphDescription, "name" | "sha256">,
    signal?: AbortSignal,
    { model }: OfModel = {},
  ): Promise<ArrayBuffer> {
    const folder = model ? `/v1/models/${encodeURIComponent(model)}` : "/v1/model";
    return (await this.get(`${folder}/graphs/${name}?sha256=${sha256}`, signal)).arrayBuffer();
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
    const segment = async () => {
      try {
        return await (await this.rpc).segment({ ...this.ofModel, ...request }, signal ? { signal } : {});
      } catch (error) {
        throw asSegmentationError(error);
      }
    };
    return signedIn(segment, this.options);
  }

  /**
   * Finds the masks of everything in an image: progress, provisional masks if requested, then the final masks. Ends
   * with the caller's loop or signal.
   */
  async *everything(
    request: MessageInitShape<typeof SegmentEverythingRequestSchema>,
    signal?: AbortSignal,
  ): AsyncGenerator<SegmentEverythingResponse> {
    let hasBegun = false;
    for (let tries = 1; ; tries++) {
      try {
        const of = { ...this.ofModel, ...request };
        for await (const answer of (await this.rpc).segmentEverything(of, signal ? { signal } : {})) {
          hasBegun = true;
          yield answer;
        }
        return;
      } catch (error) {
        // Once the caller has answers the search cannot begin anew without the caller's knowledge.
        await afterFailure(asSegmentationError(error), hasBegun ? MAX_TRIES : tries, this.options);
      }
    }
  }

  /** Opens a live session: prompts as fast as the pointer moves. */
  live(options: LiveSessionOptions = {}): LiveSession {
    return new LiveSession(
      `${this.baseUrl.replace(/^http/, "ws")}/v1/session`,
      {
        credential: this.options.credential,
        signIn: this.options.signIn,
        explain: () => this.explain(),
        ...this.ofModel,
        ...options,
      },
    );
  }

  /** Reason why the server lets no session in. Browsers hide the answer to a WebSocket that was refused. */
  private async explain(): Promise<SegmentationError | undefined> {
    try {
      await this.getOnce("/v1/session", undefined);
    } catch (error) {
      const refusals = [Code.Unauthenticated, Code.PermissionDenied, Code.ResourceExhausted];
      return error instanceof SegmentationError && refusals.includes(error.code) ? error : undefined;
    }
    return undefined;
  }

  /** The client's model, for requests that name none. */
  private get ofModel(): OfModel {
    return this.options.model ? { model: this.options.model } : {};
  }

  /** Loads gRPC-Web when it is first used: uploads and live sessions do not need it. */
  private get rpc(): Promise<Client<typeof SegmentationService>> {
    return this.grpcWeb ??= this.loadGrpcWeb();
  }

  private async loadGrpcWeb(): Promise<Client<typeof SegmentationService>> {
    try {
      return (await this.options.loadGrpcWeb()).connect(this.baseUrl, this.options.credential);
    } catch (error) {
      // The next call tries again: a lost connection may have come back.
      this.grpcWeb = undefined;
      throw new ModuleLoadError(error);
    }
  }

  private get(path: string, signal?: AbortSignal, init: RequestParts = {}): Promise<Response> {
    return signedIn(() => this.getOnce(path, signal, init), this.options);
  }

  private getOnce(path: string, signal: AbortSignal | undefined, init: RequestParts = {}): Promise<Response> {
    return ask({ method: "GET", url: this.baseUrl + path, signal, ...init }, this.options.credential);
  }
}

type RequestParts = Partial<Pick<HttpRequest, "method" | "headers">>;

function asSegmentationError(error: unknown): unknown {
  if (!(error instanceof ConnectError) || error.code === Code.Canceled) {
    return error;
  }
  return error.code === Code.Unknown && error.cause instanceof TypeError
    ? SegmentationError.unreachable()
    : SegmentationError.fromDetails(error.code, error.rawMessage, detailsOf(error));
}
