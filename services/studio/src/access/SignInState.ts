/** A way to sign in: an API key, or an OpenID Connect provider. */
export type SignInKind = "key" | "oidc";

/** The person whom the server takes this page for. */
export interface Person {
  /** Owner of all images and work. */
  readonly tenant: string;
  /** Name of the key or the person. */
  readonly subject: string;
  /** Names of the rights. */
  readonly scopes: readonly string[];
  /** End of the session, as ISO 8601; null: none. */
  readonly expires: string | null;
  /** True if there is a session, which signing out ends. */
  readonly session: boolean;
}

/** The answer of `GET /v1/sign-in`. */
export interface SignInState {
  /** True if calls need a credential. */
  readonly required: boolean;
  readonly kinds: readonly SignInKind[];
  /** Name of the provider of "oidc". */
  readonly provider: string | null;
  /** Null while calls are refused. */
  readonly person: Person | null;
  /** Why calls are refused, for example `SESSION_EXPIRED`. */
  readonly reason: string | null;
}

/** Name of the channel on which pages of this browser tell each other that somebody signed in or out. */
export const CHANNEL = "segmentation-sign-in";

/** A message on that channel. */
export interface SignInMessage {
  /** Why nobody was signed in, for example `OIDC_DENIED`; null: the state may have changed. */
  readonly problem: string | null;
}

/** True if two states are of the same caller. */
export function isSameCaller(one: SignInState, other: SignInState): boolean {
  return one.person?.tenant === other.person?.tenant && one.person?.subject === other.person?.subject
    && one.person?.session === other.person?.session;
}
