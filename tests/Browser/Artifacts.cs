using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>What a person may want to look at after a run: artifacts/browser in the repository.</summary>
internal static class Artifacts
{
    /// <summary>The path of a file there.</summary>
    public static string PathOf(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "browser")).FullName, name);
}
