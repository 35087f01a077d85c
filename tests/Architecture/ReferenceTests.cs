using System.Text.RegularExpressions;
using System.Xml.Linq;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Assemblies reference those that services/README.md names, and no others.</summary>
public sealed partial class ReferenceTests
{
    private static string Services { get; } = Path.Combine(Repository.Root, "services");

    [Fact]
    public void References_OfEveryProject_AreThoseOfTheTable()
    {
        var documented = File.ReadLines(Path.Combine(Services, "README.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success && row.Groups["folder"].Value != "studio")
            .ToDictionary(row => row.Groups["folder"].Value, row => row.Groups["references"].Value.Trim());
        var real = Directory.EnumerateFiles(Services, "*.csproj", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file))!, References);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("\n", new Arrows(real).Lines()));

        Assert.Equal(
            documented.OrderBy(one => one.Key),
            real.ToDictionary(one => one.Key, one => string.Join(", ", one.Value)).OrderBy(one => one.Key));
    }

    private static SortedSet<string> References(string project) => new(
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Select(name => name["Segmentation.".Length..]),
        StringComparer.Ordinal);

    [GeneratedRegex(@"^\| \[(?<folder>\w+)\]\(\w+\) \|.*\|(?<references>[^|]*)\|$")]
    private static partial Regex Row();
}
