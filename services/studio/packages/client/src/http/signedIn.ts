import { Code } from "@connectrpc/connect";
import type { Credential } from "../credentials/credentials.js";
import { SegmentationError } from "../errors/SegmentationError.js";

/** Lets the caller sign in; a call that was refused for it is repeated when the promise resolves. */
export type SignIn = (error: SegmentationError) => Promise<unknown>;

/** What may be done for a call that was refused because the server does not know the caller. */
export interface Access {
  /** A function is asked once more, and the call repeated. */
  readonly credential?: Credential | undefined;
  /** Is called after that. */
  readonly signIn?: SignIn | undefined;
}

/** Tries of a call whose caller signs in: a server that refuses it all the same is not asked for ever. */
export const MAX_TRIES = 10;

/** Makes a call, and again with another credential or after the caller has signed in. */
export async function signedIn<T>(call: () => Promise<T>, access: Access): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      await afterFailure(error, tries, access);
    }
  }
}

/**
 * Throws the failure, or resolves when the call can be repeated: once with another credential where a function gives
 * them, and whenever the caller has signed in.
 */
export async function afterFailure(failure: unknown, tries: number, { credential, signIn }: Access): Promise<void> {
  if (tries >= MAX_TRIES || !(failure instanceof SegmentationError) || failure.code !== Code.Unauthenticated) {
    throw failure;
  }
  if (typeof credential === "function" && tries === 1) {
    return;
  }
  if (!signIn) {
    throw failure;
  }
  await signIn(failure);
}
