using System.Security.Cryptography;

namespace Segmentation.Identity.Keys;

/// <summary>Result of checking a text that was sent as an API key.</summary>
public enum ApiKeyVerdict
{
    /// <summary>Its holder is let in.</summary>
    Accepted,

    /// <summary>The text is no API key of this system.</summary>
    NoKey,

    /// <summary>The text begins like a key, and is cut or mistyped.</summary>
    Mistyped,

    /// <summary>No key of this server, or its secret is wrong.</summary>
    Unknown,

    /// <summary>The right key, after its expiry.</summary>
    Expired,

    /// <summary>The right key, which was revoked.</summary>
    Revoked,
}

/// <summary>Checks API keys against a store.</summary>
/// <param name="store">The keys.</param>
/// <param name="clock">The clock for expiry.</param>
public sealed class ApiKeyCheck(IApiKeyStore store, TimeProvider clock)
{
    private static readonly byte[] _noHash = new byte[SHA256.HashSizeInBytes];

    /// <summary>
    /// Checks a text. Takes the same time whether there is a key of the text's id or not, and wherever the secrets
    /// differ. Only who has the right secret is told that a key has expired or was revoked.
    /// </summary>
    /// <param name="text">Text that somebody sent.</param>
    /// <param name="record">The key's record when the text is the right key, whether it is let in or not; else null.</param>
    public ApiKeyVerdict Check(string? text, out ApiKeyRecord? record)
    {
        record = null;
        var form = ApiKey.Read(text, out var key);
        if (form != ApiKeyForm.Key)
        {
            return form == ApiKeyForm.None ? ApiKeyVerdict.NoKey : ApiKeyVerdict.Mistyped;
        }

        var found = store.Find(key!.Id);
        var expected = found is null ? _noHash : found.Hash.Span;
        if (!CryptographicOperations.FixedTimeEquals(expected, key.Hash()) || found is null)
        {
            return ApiKeyVerdict.Unknown;
        }

        record = found;
        return found.Revoked is not null ? ApiKeyVerdict.Revoked
            : found.IsValidAt(clock.GetUtcNow()) ? ApiKeyVerdict.Accepted
            : ApiKeyVerdict.Expired;
    }
}
