import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { type Credential, headersFor } from "./credentials/credentials.js";
import { SegmentationService } from "./gen/segmentation/v1/segmentation_service_pb.js";

/** The service over gRPC-Web. */
export function connect(baseUrl: string, credential?: Credential): Client<typeof SegmentationService> {
  const authorize: Interceptor = (next) => async (request) => {
    for (const [name, value] of Object.entries(await headersFor(credential))) {
      request.header.set(name, value);
    }
    return next(request);
  };
  return createClient(SegmentationService, createGrpcWebTransport({ baseUrl, interceptors: [authorize] }));
}
