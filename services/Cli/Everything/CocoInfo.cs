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
