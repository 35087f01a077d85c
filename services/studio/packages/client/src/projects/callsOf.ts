import type { DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { type Access, afterFailure, MAX_TRIES, signedIn } from "../http/signedIn.js";
import { ProjectsError } from "./ProjectsError.js";

/** Calls of a service whose failures are SegmentationErrors, repeated as `Access` says. */
export function callsOf<T extends DescService>(service: T, transport: Transport, access: Access = {}): Client<T> {
  const client = createClient(service, transport) as unknown as Record<string, Call>;
  return Object.fromEntries(
    service.methods.map(({ localName, methodKind }) => {
      const call = client[localName];
      return [
        localName,
        methodKind === "server_streaming"
          ? (request: unknown, options?: CallOptions) => streamed(call as StreamCall, request, options, access)
          : (request: unknown, options?: CallOptions) =>
              signedIn(() => failingAsProjects(call(request, options) as Promise<unknown>), access),
      ];
    }),
  ) as unknown as Client<T>;
}

type Call = (request: unknown, options?: CallOptions) => unknown;
type StreamCall = (request: unknown, options?: CallOptions) => AsyncIterable<unknown>;

async function* streamed(call: StreamCall, request: unknown, options: CallOptions | undefined, access: Access) {
  let hasBegun = false;
  for (let tries = 1; ; tries++) {
    try {
      for await (const answer of call(request, options)) {
        hasBegun = true;
        yield answer;
      }
      return;
    } catch (error) {
      // Somebody who has answers already begins a watch after the last of them.
      await afterFailure(ProjectsError.from(error), hasBegun ? MAX_TRIES : tries, access);
    }
  }
}

/** The answer of a call; its failure as ProjectsError. */
async function failingAsProjects<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw ProjectsError.from(error);
  }
}
