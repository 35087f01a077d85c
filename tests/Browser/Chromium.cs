namespace Segmentation.Browser.Tests;

/// <summary>The machine's own Chromium.</summary>
internal static class Chromium
{
    /// <summary>
    /// Its program: SEGMENTATION_TEST_CHROMIUM, or the first of the usual names on the path; null without one.
    /// </summary>
    public static string? Executable { get; } =
        Environment.GetEnvironmentVariable("SEGMENTATION_TEST_CHROMIUM") is { Length: > 0 } chosen
            ? chosen
            : Tool.Find("chromium", "chromium-browser", "google-chrome");
}
