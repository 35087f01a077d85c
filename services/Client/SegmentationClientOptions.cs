using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Client;

/// <summary>Options of a client: reconnection, and whom it believes.</summary>
public sealed record SegmentationClientOptions
{
    /// <summary>Connections that a live session tries in a row before it fails. Default 10.</summary>
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
}
