using Segmentation.Gateway.Errors;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Callers by the session of a person who signed in with the studio.</summary>
/// <param name="cookie">The cookie.</param>
/// <param name="keys">API keys; null where there are none.</param>
/// <param name="clock">The clock for expiry.</param>
internal sealed class SessionCredentials(SessionCookie cookie, KeyCredentials? keys, TimeProvider clock)
{
    /// <summary>
    /// The person of a request's session; null when the request has none; or UNAUTHENTICATED once the session has ended.
    /// A session of a key ends with the key: its record is looked up at each request.
    /// </summary>
    public Outcome<Principal>? Find(HttpContext context)
    {
        if (cookie.Read(context.Request) is not { } text)
        {
            return null;
        }

        if (cookie.Open(text) is not { } ticket)
        {
            return AccessProblems.Unauthenticated(
                "SESSION_INVALID", "This server does not know the session: it was restarted, or another server made it. "
                    + "Sign in again.");
        }

        if (ticket.Expires <= clock.GetUtcNow())
        {
            return AccessProblems.Unauthenticated(
                "SESSION_EXPIRED", $"The session ended at {ticket.Expires:u}. Sign in again.");
        }

        var found = ticket is { KeyId: { } id, KeyHash: { } hash } && keys is not null
            ? keys.Find(id, hash)
            : ticket.Principal is { } principal
                ? principal
                : AccessProblems.Unauthenticated(
                    "SESSION_INVALID", "The session is of a kind that this server does not take. Sign in again.");
        return found.TryGet(out var caller, out var problem)
            ? caller with { Expires = caller.Expires < ticket.Expires ? caller.Expires : ticket.Expires }
            : problem;
    }
}
