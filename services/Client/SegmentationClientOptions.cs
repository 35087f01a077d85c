using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Client;

/// <summary>Options of a client: credential, reconnection, and whom it believes.</summary>
public sealed record SegmentationClientOptions
{
    /// <summary>
    /// API key that every call carries; null for a server that needs none. Excludes <see cref="CredentialProvider"/>.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// Gives an API key or a token that is valid now. Asked for each call; once more when the server refused the call
    /// for its credential (UNAUTHENTICATED), which is then sent again; and when a live session's credential is about to
    /// expire or has expired: the session goes on with the new one, and no prompt is lost. It may be asked from several
    /// threads at once, and does best to keep a token until shortly before its end.
    /// </summary>
    public Func<CancellationToken, ValueTask<string>>? CredentialProvider { get; init; }

    /// <summary>
    /// Model of calls that name none: an id of <see cref="SegmentationClient.ListModelsAsync"/>, or a roll-out's name.
    /// Null: the default of the caller's tenant.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>
    /// Tenant on whose behalf every call is made and charged, for credentials with the scope <c>impersonate</c>. Null:
    /// the credential's own. See <see cref="SegmentationClient.ForTenant"/>.
    /// </summary>
    public string? Tenant { get; init; }

    /// <summary>
    /// Connections that a live session, or a call of a <see cref="Projects.ProjectsClient"/>, tries in a row before it
    /// fails. Default 10.
    /// </summary>
    public int MaxReconnects { get; init; } = 10;

    /// <summary>
    /// Pause before the second attempt in a row; it doubles up to <see cref="MaxPause"/>. Default 100 ms.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between attempts. Default 3 s.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Roots that sign the server's certificate, for a server with <c>https</c> and a private authority. Default: those
    /// of the system.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>
    /// Makes what sends the requests, for a server that is reached in another way than by the network. Default: HTTP/2
    /// to the server's address. Excludes <see cref="Authorities"/>.
    /// </summary>
    public Func<HttpMessageHandler>? Handler { get; init; }

    /// <summary>The type's name: an API key must not get into logs.</summary>
    public override string ToString() => nameof(SegmentationClientOptions);
}
