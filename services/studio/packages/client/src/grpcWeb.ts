import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { SegmentationService } from "./gen/segmentation/v1/segmentation_service_pb.js";

/** The service over gRPC-Web. */
export function connect(baseUrl: string): Client<typeof SegmentationService> {
  return createClient(SegmentationService, createGrpcWebTransport({ baseUrl }));
}
