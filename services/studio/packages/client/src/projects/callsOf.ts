import type { DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, Code, createClient, type Transport } from "@connectrpc/connect";
import { SegmentationError } from "../errors/SegmentationError.js";
import { ProjectsError } from "./ProjectsError.js";

/** Lets the caller sign in; a call that was refused for it is repeated when the promise resolves. */
export type SignIn = (error: SegmentationError) => Promise<unknown>;

/** Tries of a call whose caller signs in: a server that refuses it all the same is not asked for ever. */
const MAX_TRIES = 10;

/** Calls of a service whose failures are SegmentationErrors, repeated after the caller has signed in. */
export function callsOf<T extends DescService>(service: T, transport: Transport, signIn?: SignIn): Client<T> {
  const client = createClient(service, transport) as unknown as Record<string, Call>;
  return Object.fromEntries(
    service.methods.map(({ localName, methodKind }) => {
      const call = client[localName];
      return [
        localName,
        methodKind === "server_streaming"
          ? (request: unknown, options?: CallOptions) => streamed(call as StreamCall, request, options, signIn)
          : (request: unknown, options?: CallOptions) =>
              signedIn(() => call(request, options) as Promise<unknown>, signIn),
      ];
    }),
  ) as unknown as Client<T>;
}

/** Makes a call, and again after the caller has signed in. */
export async function signedIn<T>(call: () => Promise<T>, signIn?: SignIn): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      await afterFailure(error, tries, signIn);
    }
  }
}

type Call = (request: unknown, options?: CallOptions) => unknown;
type StreamCall = (request: unknown, options?: CallOptions) => AsyncIterable<unknown>;

async function* streamed(call: StreamCall, request: unknown, options?: CallOptions, signIn?: SignIn) {
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
      await afterFailure(error, hasBegun ? MAX_TRIES : tries, signIn);
    }
  }
}

/** Throws the failure, or resolves when the call can be repeated. */
async function afterFailure(error: unknown, tries: number, signIn: SignIn | undefined): Promise<void> {
  const failure = ProjectsError.from(error);
  const canRepeat =
    signIn && tries < MAX_TRIES && failure instanceof SegmentationError && failure.code === Code.Unauthenticated;
  if (!canRepeat) {
    throw failure;
  }
  await signIn(failure);
}
