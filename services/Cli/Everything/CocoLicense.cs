namespace Segmentation.Cli.Everything;

/// <summary>A licence in COCO's layout.</summary>
internal sealed record CocoLicense(int Id, string Name, string Url)
{
    /// <summary>Licence of pictures whose licence is not known.</summary>
    public static CocoLicense Unknown { get; } = new(1, "unknown", "");
}
