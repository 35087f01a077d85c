namespace Segmentation.Client;

/// <summary>Reconnection options of a client.</summary>
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
}
