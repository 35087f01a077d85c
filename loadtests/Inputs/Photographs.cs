using System.CommandLine;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Inputs;

/// <summary>The tests' photographs, which everything is measured on.</summary>
internal static class Photographs
{
    /// <summary>Two of 3:2 and a square one, where nothing else is asked for.</summary>
    public static IEnumerable<FileInfo> Default { get; } =
        ((string[])["coffee.png", "rocket.jpg", "astronaut.png"]).Select(Named);

    public static Option<FileInfo[]> Option() => new Option<FileInfo[]>("--image")
    {
        Description = "Photographs. Default: coffee.png (3:2), rocket.jpg (3:2), astronaut.png (square).",
        HelpName = "file",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Default],
    }.AcceptExistingOnly();

    public static FileInfo Named(string name) =>
        new(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", name));
}
