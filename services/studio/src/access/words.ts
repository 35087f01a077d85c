import { texts } from "../texts/texts";

/** Says why the person is asked to sign in. */
export function reasonInWords(reason: string | null, wasSignedIn: boolean): string {
  const { reasons } = texts.value.access;
  switch (reason) {
    case "API_KEY_REVOKED":
      return reasons.revoked;
    case "API_KEY_EXPIRED":
      return reasons.keyExpired;
    default:
      return wasSignedIn || reason === "SESSION_EXPIRED" || reason === "SESSION_INVALID" ? reasons.ended : reasons.first;
  }
}

/** Says why nobody was signed in. */
export function problemInWords({ code, words }: { readonly code: string; readonly words: string }): string {
  const { problems } = texts.value.access;
  switch (code) {
    case "API_KEY_MISTYPED":
      return problems.mistyped;
    case "CREDENTIAL_KIND":
      return problems.noKey;
    case "API_KEY_UNKNOWN":
      return problems.unknown;
    case "API_KEY_EXPIRED":
      return problems.expired;
    case "API_KEY_REVOKED":
      return problems.revoked;
    case "TOO_MANY_WRONG_CREDENTIALS":
      return problems.tooMany;
    case "TOKEN_WITHOUT_TENANT":
      return problems.noTenant;
    case "OIDC_DENIED":
      return problems.denied;
    case "OIDC_UNREACHABLE":
      return problems.providerAway;
    case "UNREACHABLE":
      return texts.value.errors.unreachable;
    default:
      return words || problems.failed(code);
  }
}
