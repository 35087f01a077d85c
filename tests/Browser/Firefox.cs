namespace Segmentation.Browser.Tests;

/// <summary>The machine's own Firefox.</summary>
internal static class Firefox
{
    /// <summary>
    /// Its program: SEGMENTATION_TEST_FIREFOX, or the first of the usual names on the path; null without one.
    /// </summary>
    public static string? Executable { get; } =
        Environment.GetEnvironmentVariable("SEGMENTATION_TEST_FIREFOX") is { Length: > 0 } chosen
            ? chosen
            : Tool.Find("firefox-esr", "firefox");
}
