import { Code } from "@connectrpc/connect";
import { SegmentationError } from "../errors/SegmentationError.js";

/** Lets the caller sign in; a call that was refused for it is repeated when the promise resolves. */
export type SignIn = (error: SegmentationError) => Promise<unknown>;

/** Tries of a call whose caller signs in: a server that refuses it all the same is not asked for ever. */
export const MAX_TRIES = 10;

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

/** Throws the failure, or resolves when the call can be repeated because the caller has signed in. */
export async function afterFailure(failure: unknown, tries: number, signIn: SignIn | undefined): Promise<void> {
  const canRepeat =
    signIn && tries < MAX_TRIES && failure instanceof SegmentationError && failure.code === Code.Unauthenticated;
  if (!canRepeat) {
    throw failure;
  }
  await signIn(failure);
}
