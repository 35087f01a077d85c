using Microsoft.Playwright;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>Files that a person may want to look at after a run: artifacts/browser in the repository.</summary>
internal static class Artifacts
{
    // A picture takes as long as most steps of a test.
    private static readonly bool _hasPictures = Environment.GetEnvironmentVariable("SEGMENTATION_BROWSER_PICTURES") is not null;

    /// <summary>The path of a file there.</summary>
    public static string PathOf(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "browser")).FullName, name);

    /// <summary>Saves what a page shows, where SEGMENTATION_BROWSER_PICTURES is set.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The file's name without its extension.</param>
    /// <param name="isWhole">True for all of the page, and not what the window shows of it.</param>
    public static Task PictureAsync(IPage page, string name, bool isWhole = false) => _hasPictures
        ? page.ScreenshotAsync(new()
        {
            Path = PathOf($"{name}.png"),
            FullPage = isWhole,
            Animations = ScreenshotAnimations.Disabled,
        })
        : Task.CompletedTask;
}
