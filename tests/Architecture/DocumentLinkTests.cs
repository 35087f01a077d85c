using System.Text;
using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Links between the repository's documents lead to files and headings that exist.</summary>
public sealed partial class DocumentLinkTests
{
    private static readonly string[] _ignored = ["node_modules", "bin", "obj", "dist"];

    /// <summary>README.md, docs/*.md and the documents beside the code, as paths from the repository's root.</summary>
    public static TheoryData<string> Pages { get; } = new(Below(new(Repository.Root))
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfADocument_LeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var broken = Links(path).Where(link => !LeadsSomewhere(path, link));

        Assert.Empty(broken);
    }

    [Fact]
    public void Pages_OfTheRepository_AreFound()
    {
        string[] pages = [.. Pages.Select(row => row.Data)];

        Assert.Contains("README.md", pages);
        Assert.Contains("docs/api.md", pages);
        Assert.Contains("services/Client/README.md", pages);
    }

    [Theory]
    [InlineData("Segmentation:Encoders (gateway process)", "segmentationencoders-gateway-process")]
    [InlineData("The decoder's form", "the-decoders-form")]
    [InlineData("`segctl` writes, in short", "segctl-writes-in-short")]
    public void Anchor_OfAHeading_IsTheOneThatGitHubMakes(string heading, string expected) =>
        Assert.Equal(expected, Anchor(heading));

    private static IEnumerable<string> Below(DirectoryInfo folder) => folder.EnumerateFiles("*.md")
        .Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories()
            .Where(inner => !_ignored.Contains(inner.Name) && !inner.Name.StartsWith('.'))
            .SelectMany(Below));

    private static bool LeadsSomewhere(string page, string link)
    {
        var (file, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = file.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, file);
        return anchor is null
            ? Path.Exists(target)
            : File.Exists(target) && Anchors(target).Contains(anchor);
    }

    private static IEnumerable<string> Links(string page) => Text(page)
        .SelectMany(line => Link().Matches(Code().Replace(line, "")))
        .Select(match => match.Groups[1].Value)
        .Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static HashSet<string> Anchors(string page)
    {
        var anchors = new HashSet<string>();
        foreach (var heading in Text(page).Where(line => line.StartsWith('#')))
        {
            var anchor = Anchor(heading.TrimStart('#').Trim());
            for (var i = 0; !anchors.Add(i == 0 ? anchor : $"{anchor}-{i}"); i++)
            {
            }
        }

        return anchors;
    }

    private static string Anchor(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var letter in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(letter) || letter is '-' or '_')
            {
                anchor.Append(letter);
            }
            else if (letter == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    // The lines that are not in a block of code.
    private static IEnumerable<string> Text(string page)
    {
        var isCode = false;
        foreach (var line in File.ReadLines(page))
        {
            var isFence = line.StartsWith("```", StringComparison.Ordinal);
            isCode ^= isFence;
            if (!isCode && !isFence && !line.StartsWith("    ", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();
}
