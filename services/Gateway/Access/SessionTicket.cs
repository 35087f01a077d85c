using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Content of a session cookie: who signed in, and until when.</summary>
internal sealed record SessionTicket
{
    /// <summary>End of the session.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Id of the API key that was typed; null for a session of a provider.</summary>
    public string? KeyId { get; init; }

    /// <summary>
    /// SHA-256 of that key. Who can make cookies, for example with a stolen key ring, still needs the keys file to be
    /// taken for a key's holder.
    /// </summary>
    public byte[]? KeyHash { get; init; }

    /// <summary>Caller that the provider vouched for; null for a session of a key, whose record says it.</summary>
    public Principal? Principal { get; init; }
}
