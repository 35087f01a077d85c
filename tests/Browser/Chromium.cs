namespace Segmentation.Browser.Tests;

/// <summary>The machine's own Chromium.</summary>
internal static class Chromium
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>
    /// Its program: SEGMENTATION_TEST_CHROMIUM, or the first of the usual names on the path; null without one.
    /// </summary>
    public static string? Executable { get; } =
        Environment.GetEnvironmentVariable("SEGMENTATION_TEST_CHROMIUM") is { Length: > 0 } chosen ? chosen : Find();

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => _names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
