using System.Globalization;

namespace Segmentation.Cli.Everything;

/// <summary>The head of a COCO file: <c>info</c>.</summary>
internal sealed record CocoInfo(
    string Description,
    string Url,
    string Version,
    int Year,
    string Contributor,
    string DateCreated,
    ResultOrigin Segctl)
{
    /// <summary>Makes the head of a run's file.</summary>
    /// <param name="origin">The settings of the run.</param>
    /// <param name="now">Time of writing.</param>
    public static CocoInfo Of(ResultOrigin origin, DateTimeOffset now) => new(
        "Everything in the pictures, found without prompts",
        Url: "",
        Version: "1.0",
        now.Year,
        $"segctl {origin.Version}",
        now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        origin);
}

/// <summary>An image in COCO's layout, and the SHA-256 of its bytes.</summary>
internal sealed record CocoImage(
    int Id,
    int Width,
    int Height,
    string FileName,
    int License,
    string FlickrUrl,
    string CocoUrl,
    string DateCaptured,
    string? Sha256);

/// <summary>A category in COCO's layout; all objects have the same one.</summary>
internal sealed record CocoCategory(int Id, string Name, string Supercategory)
{
    public static CocoCategory Object { get; } = new(1, "object", "object");
}

/// <summary>A licence in COCO's layout.</summary>
internal sealed record CocoLicense(int Id, string Name, string Url)
{
    /// <summary>Licence of pictures whose licence is not known.</summary>
    public static CocoLicense Unknown { get; } = new(1, "unknown", "");
}
