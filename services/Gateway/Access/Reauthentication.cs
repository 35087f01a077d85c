using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Checks a credential that a session sends in the place of the one that it began with.</summary>
internal sealed class Reauthentication(
    Authenticator authenticator, OpenCalls calls, AccessRefusals refusals, AuditLog audit)
{
    /// <summary>Characters of the longest credential.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Checks a credential and puts it in force.</summary>
    /// <param name="call">The session's call.</param>
    /// <param name="credential">An API key or a token.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>Null when the credential is in force; otherwise why it is not.</returns>
    public async ValueTask<RpcStatus?> TryAsync(OpenCall call, string credential, CancellationToken cancellationToken)
    {
        if (credential.Length is 0 or > MaxLength)
        {
            return Problem.Invalid(
                "reauthenticate.credential",
                $"Has {credential.Length} characters: must be an API key or a token of 1 to {MaxLength}.");
        }

        var found = await authenticator.AuthenticateAsync(credential, cancellationToken);
        if (!found.TryGet(out var principal, out var problem))
        {
            return refusals.Note(call.Caller.Address, call.Name, problem);
        }

        if (principal.Tenant != call.Caller.Tenant && !principal.Has(Scope.Impersonate))
        {
            return refusals.Note(call.Caller, call.Name, AccessProblems.OtherTenant());
        }

        if (!principal.Has(call.Needed))
        {
            return refusals.Note(call.Caller, call.Name, AccessProblems.ScopeMissing(call.Needed));
        }

        var isNew = principal.Credential != call.Caller.Principal.Credential;
        if (!calls.TryRenew(call, principal))
        {
            return call.Problem;
        }

        if (isNew)
        {
            audit.Write(call.Caller, AuditLog.Reauthenticate, call.Name);
        }

        return null;
    }

    /// <summary>Time until the credential in force expires; null when it does not.</summary>
    public TimeSpan? RemainingOf(OpenCall call) => calls.RemainingOf(call);

    /// <summary>Time after the expiry at which a session ends.</summary>
    public TimeSpan Grace => calls.Grace;
}
