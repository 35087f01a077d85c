using System.Security.Cryptography;
using Segmentation.Gateway.Errors;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Access;

/// <summary>Callers by their API key.</summary>
/// <param name="store">The keys.</param>
/// <param name="uses">Is told of each key that is let in.</param>
/// <param name="clock">The clock for expiry.</param>
internal sealed class KeyCredentials(IApiKeyStore store, KeyUses uses, TimeProvider clock)
{
    private readonly ApiKeyCheck _check = new(store, clock);

    /// <summary>Credential of a principal that came with a key, before the key's id.</summary>
    public const string Kind = "key:";

    /// <summary>Id of the key that a principal came with; null when it came with another kind of credential.</summary>
    public static string? IdOf(Principal principal) => principal.Credential.StartsWith(Kind, StringComparison.Ordinal)
        ? principal.Credential[Kind.Length..]
        : null;

    /// <summary>The holder of a key, or UNAUTHENTICATED, which says what is wrong with the text.</summary>
    public Outcome<Principal> Find(string text) => _check.Check(text, out var record) switch
    {
        ApiKeyVerdict.Accepted => Holder(record!),
        ApiKeyVerdict.Mistyped => AccessProblems.Unauthenticated(
            "API_KEY_MISTYPED",
            $"The API key is cut or mistyped: it has {text.Length} characters and a wrong checksum. Copy it again."),
        ApiKeyVerdict.Expired => Expired(record!),
        ApiKeyVerdict.Revoked => AccessProblems.KeyRevoked(),
        ApiKeyVerdict.NoKey => AccessProblems.Unauthenticated(
            "CREDENTIAL_KIND", $"The credential is no API key of this system, which begins with '{ApiKey.Prefix}'."),
        _ => AccessProblems.Unauthenticated("API_KEY_UNKNOWN", "The API key is not one of this server's."),
    };

    /// <summary>The holder of a key that was checked before, or UNAUTHENTICATED once the key is no longer valid.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="hash">SHA-256 of the key, 32 bytes: another key may have got the id since.</param>
    public Outcome<Principal> Find(string id, ReadOnlySpan<byte> hash) => store.Find(id) switch
    {
        { } record when !CryptographicOperations.FixedTimeEquals(record.Hash.Span, hash) => AccessProblems.KeyRevoked(),
        { Revoked: not null } or null => AccessProblems.KeyRevoked(),
        { } record => record.IsValidAt(clock.GetUtcNow()) ? Holder(record) : Expired(record),
    };

    private Principal Holder(ApiKeyRecord record)
    {
        uses.Note(record.Id);
        return new()
        {
            Tenant = record.Tenant,
            Subject = record.Name,
            Credential = $"{Kind}{record.Id}",
            Scopes = record.Scopes,
            Expires = record.Expires,
            UnitsPerSecond = record.UnitsPerSecond,
            Burst = record.Burst,
        };
    }

    private static RpcStatus Expired(ApiKeyRecord record) => AccessProblems.Unauthenticated(
        "API_KEY_EXPIRED", $"The API key expired at {record.Expires:u}. Ask for a new one.");
}
