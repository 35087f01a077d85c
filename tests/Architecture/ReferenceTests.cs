using System.Text.RegularExpressions;
using System.Xml.Linq;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Assemblies reference what services/README.md says, and nothing else.</summary>
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

        Assert.Equal(documented.OrderBy(one => one.Key), real.OrderBy(one => one.Key));
    }

    private static string References(string project) => string.Join(
        ", ",
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Select(name => name["Segmentation.".Length..])
            .Order(StringComparer.Ordinal));

    [GeneratedRegex(@"^\| \[(?<folder>\w+)\]\(\w+\) \|.*\|(?<references>[^|]*)\|$")]
    private static partial Regex Row();
}
