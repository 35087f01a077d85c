using Segmentation.Gateway.Errors;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>AccessRefusals of callers.</summary>
internal static class AccessProblems
{
    /// <summary>Reason of refusals to callers who send no credential.</summary>
    public const string CredentialMissing = "CREDENTIAL_MISSING";

    /// <summary>
    /// UNAUTHENTICATED: says which credential is missing, or what is wrong with one, never whether a key exists.
    /// </summary>
    public static RpcStatus Unauthenticated(string reason, string message) =>
        Problem.Of(StatusCode.Unauthenticated, reason, message);

    /// <summary>PERMISSION_DENIED: the credential lacks a scope.</summary>
    public static RpcStatus ScopeMissing(Scope scope) => Problem.Of(
        StatusCode.PermissionDenied,
        "SCOPE_MISSING",
        $"The credential lacks the scope '{string.Join("', '", Scopes.NamesOf(scope))}'.");

    /// <summary>UNAUTHENTICATED: the API key was revoked.</summary>
    public static RpcStatus KeyRevoked() =>
        Unauthenticated("API_KEY_REVOKED", "The API key was revoked. Ask for a new one.");

    /// <summary>
    /// UNAUTHENTICATED: the credential of a call that is under way has expired, and the grace is over.
    /// </summary>
    public static RpcStatus CredentialExpired(DateTimeOffset time) => Unauthenticated(
        "CREDENTIAL_EXPIRED", $"The credential expired at {time.ToUniversalTime():u}. Connect again with a new one.");

    /// <summary>UNAVAILABLE: the keys of the tokens' issuer could not be read.</summary>
    public static RpcStatus TokenKeysUnavailable(TimeSpan wait) => Problem.TryLater(
        StatusCode.Unavailable,
        "TOKEN_KEYS_UNAVAILABLE",
        "Tokens cannot be checked now: the keys of their issuer could not be read. Try again.",
        wait);

    /// <summary>PERMISSION_DENIED: a session's new credential is of another tenant.</summary>
    public static RpcStatus OtherTenant() => Problem.Of(
        StatusCode.PermissionDenied,
        "OTHER_TENANT",
        "The new credential is of another tenant than the session. Open a session of its own with it.");

    /// <summary>RESOURCE_EXHAUSTED: the address has sent too many wrong credentials.</summary>
    public static RpcStatus TooManyWrong(TimeSpan wait) => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "TOO_MANY_WRONG_CREDENTIALS",
        "This address has sent too many wrong credentials. Mend the credential before you try again.",
        wait);

    /// <summary>PERMISSION_DENIED: an endpoint without a declaration, which is a fault of this server.</summary>
    public static RpcStatus NotOpen() => Problem.Of(
        StatusCode.PermissionDenied, "NOT_OPEN", "This route is open to nobody: it declares no scope.");
}
