using Segmentation.Gateway.Errors;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Refusals of callers.</summary>
internal static class AccessProblems
{
    /// <summary>Reason of refusals to callers who send no credential.</summary>
    public const string CredentialMissing = "CREDENTIAL_MISSING";

    /// <summary>UNAUTHENTICATED: says which credential is missing, or what is wrong with one, never whether a key exists.</summary>
    public static RpcStatus Unauthenticated(string reason, string message) =>
        Problem.Of(StatusCode.Unauthenticated, reason, message);

    /// <summary>PERMISSION_DENIED: the credential lacks a scope.</summary>
    public static RpcStatus ScopeMissing(Scope scope) => Problem.Of(
        StatusCode.PermissionDenied,
        "SCOPE_MISSING",
        $"The credential lacks the scope '{string.Join("', '", Scopes.NamesOf(scope))}'.");

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
