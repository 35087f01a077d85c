namespace Segmentation.Projects.Transfers.Work;

/// <summary>Imports, exports, backups and uploads; configuration section <see cref="Section"/>.</summary>
internal sealed class TransferOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects:Transfers";

    /// <summary>Transfers at work in this process at once. Default 4.</summary>
    public int Concurrent { get; set; } = 4;

    /// <summary>Transfers of one tenant at work at once, over all processes. Default 2.</summary>
    public int ConcurrentPerTenant { get; set; } = 2;

    /// <summary>Transfers of one tenant that are at work or wait. Default 100.</summary>
    public int MaxWaitingPerTenant { get; set; } = 100;

    /// <summary>Largest file that may be uploaded for an import or a restoration, in bytes. Default 64 GiB.</summary>
    public long MaxUploadBytes { get; set; } = 64L << 30;

    /// <summary>Bytes of all uploads of one tenant that have not expired, as announced. Default 256 GiB.</summary>
    public long MaxUploadBytesPerTenant { get; set; } = 256L << 30;

    /// <summary>Time after which an upload is deleted. Default one day.</summary>
    public TimeSpan UploadLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Time for which the result of an export or a backup can be downloaded. Default 7 days.</summary>
    public TimeSpan ResultLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Time after which another process takes over a transfer whose process does not answer any more. Default 30
    /// seconds.
    /// </summary>
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromSeconds(30);
}
