using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Folders of the decoder's kernels use those that their README names, and no others.</summary>
public sealed partial class DecoderKernelsTests
{
    private const string Kernels = "Decoding.Cpu";

    [Fact]
    public void Folders_OfTheDecoderKernels_UseThoseOfTheirReadme()
    {
        var readme = Path.Combine(Repository.Root, "services", "Sam", "Decoding", "Cpu", "README.md");
        var documented = File.ReadLines(readme)
            .Select(line => Row().Match(line)).Where(row => row.Success)
            .ToDictionary(row => row.Groups["folder"].Value, row => row.Groups["uses"].Value.Trim());
        var graph = new FolderGraph(
            Path.Combine(AppContext.BaseDirectory, "Segmentation.Sam.dll"), "Segmentation.Sam");
        var real = graph.Uses.Where(one => one.Key.StartsWith($"{Kernels}.", StringComparison.Ordinal))
            .ToDictionary(one => one.Key[(Kernels.Length + 1)..], one => Inner(one.Value));

        Assert.Equal(documented.OrderBy(one => one.Key), real.OrderBy(one => one.Key));
    }

    private static string Inner(IEnumerable<string> used)
    {
        var inner = used.Where(folder => folder.StartsWith($"{Kernels}.", StringComparison.Ordinal))
            .Select(folder => folder[(Kernels.Length + 1)..]).Order(StringComparer.Ordinal).ToArray();
        return inner.Length == 0 ? "–" : string.Join(", ", inner);
    }

    [GeneratedRegex(@"^\| `(?<folder>[A-Z][a-z]+)` \|[^|]*\|(?<uses>[^|]*)\|$")]
    private static partial Regex Row();
}
