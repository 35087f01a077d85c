using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Access;

/// <summary>Tells what has become of a credential since it was checked.</summary>
/// <param name="keys">The API keys; null where there are none.</param>
internal sealed class CredentialLife(IApiKeyStore? keys)
{
    /// <summary>
    /// The end of a caller's credential as it stands now, or null when it does not end. An API key's may have changed
    /// since the call began: a key that is exchanged for another one ends early.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="needed">Scope that the call needs.</param>
    /// <param name="problem">Why the credential is no longer good, before its end; null while it is.</param>
    public DateTimeOffset? ExpiryOf(Caller caller, Scope needed, out RpcStatus? problem)
    {
        problem = null;
        var principal = caller.Principal;
        if (keys is null || KeyCredentials.IdOf(principal) is not { } id)
        {
            return principal.Expires;
        }

        if (keys.Find(id) is not { Revoked: null } record || !IsOf(caller.Tenant, record))
        {
            problem = AccessProblems.KeyRevoked();
            return null;
        }

        if ((record.Scopes & needed) != needed)
        {
            problem = AccessProblems.ScopeMissing(needed);
        }

        // A person's session of a key may end before the key does.
        return record.Expires is null || principal.Expires < record.Expires ? principal.Expires : record.Expires;
    }

    private static bool IsOf(string tenant, ApiKeyRecord record) =>
        record.Tenant == tenant || record.Scopes.HasFlag(Scope.Impersonate);
}
