namespace Segmentation.Gateway.Everything;

/// <summary>Limits on searches for everything in an image: section <c>Segmentation:Everything</c>.</summary>
internal sealed class SearchOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Everything";

    /// <summary>Searches at once; requests that join one are not counted. Default 16.</summary>
    public int MaxOpen { get; set; } = 16;

    /// <summary>Searches at once of one tenant. Default 4.</summary>
    public int MaxOpenPerTenant { get; set; } = 4;

    /// <summary>Grid points of one search, all crops together. Default 65,536.</summary>
    public int MaxPoints { get; set; } = 65_536;

    /// <summary>Crops of one search; each is encoded by itself. Default 341, which is four layers.</summary>
    public int MaxCrops { get; set; } = 341;

    /// <summary>Bytes of masks that all searches hold until their clients have them. Default 256 MiB.</summary>
    public long MaxFoundBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Delay that callers are told when a bound is reached. Default 5 seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);
}
