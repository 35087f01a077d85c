namespace Segmentation.Cli.Everything;

/// <summary>A licence in COCO's layout.</summary>
internal sealed record CocoLicense(int Id, string Name, string Url)
{
    /// <summary>Nobody said under which licence the pictures are.</summary>
    public static CocoLicense Unknown { get; } = new(1, "unknown", "");
}
