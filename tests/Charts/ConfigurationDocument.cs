using System.Text.RegularExpressions;

namespace Segmentation.Charts.Tests;

/// <summary>The options that docs/configuration.md names, as <c>Section:Key</c> below <c>Segmentation</c>.</summary>
internal static partial class ConfigurationDocument
{
    private static readonly string[] _lines =
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "configuration.md"));

    public static IReadOnlySet<string> Options { get; } = Read(_lines);

    /// <summary>Names in the table of scopes.</summary>
    public static IEnumerable<string> Scopes =>
        _lines.SkipWhile(line => line != "## Scopes").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => row.Groups[1].Value)
            .Where(name => name != "scope");

    private static HashSet<string> Read(string[] lines)
    {
        var options = new HashSet<string>();
        var section = "";
        foreach (var line in lines)
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                section = heading.Groups[1].Value;
            }
            else if (section.Length > 0 && Row().Match(line) is { Success: true } row)
            {
                options.Add($"{section}:{row.Groups[1].Value}");
            }

            options.UnionWith(Mention().Matches(line).Select(mention => mention.Groups[1].Value));
        }

        return options;
    }

    /// <summary>A table belongs to the last heading; one without a section ends it.</summary>
    [GeneratedRegex(@"^## (?:Segmentation:([\w:]+))?")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| (?!option )([\w:]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`Segmentation:(\w+(?::\w+)+)`")]
    private static partial Regex Mention();
}
