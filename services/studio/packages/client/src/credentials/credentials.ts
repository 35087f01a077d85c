/** An API key or a token; or what gives one that is valid now, for example a library for tokens. */
export type Credential = string | (() => string | Promise<string>);

/** Name of the protocol of live sessions. A WebSocket offers it beside its credential. */
const PROTOCOL = "segmentation.v1";

/** Headers of a request with a credential; none without one. */
export async function headersFor(credential: Credential | undefined): Promise<Record<string, string>> {
  if (credential === undefined) {
    return {};
  }
  return { Authorization: `Bearer ${typeof credential === "string" ? credential : await credential()}` };
}

/** Subprotocols by which a WebSocket carries a credential, since browsers let pages set none of its headers. */
export function protocolsFor(credential: string): string[] {
  const text = btoa(credential).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return [PROTOCOL, `segmentation.bearer.${text}`];
}
