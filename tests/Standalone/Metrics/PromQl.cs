using System.Text.RegularExpressions;

namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>As much of PromQL as tells the metrics and labels that an expression names.</summary>
internal static partial class PromQl
{
    private static readonly string[] _words =
        ["by", "on", "or", "and", "unless", "offset", "group_left", "group_right", "without", "ignoring"];

    /// <summary>The metrics that an expression names, each with the labels that it selects by.</summary>
    public static IEnumerable<(string Name, string[] Labels)> Selectors(string expression) =>
        Selector().Matches(Groupings().Replace(expression, ""))
            .Where(match => !_words.Contains(match.Groups["name"].Value))
            .Select(match => (
                match.Groups["name"].Value,
                Label().Matches(match.Groups["labels"].Value).Select(label => label.Groups[1].Value).ToArray()));

    /// <summary>A histogram's or summary's name without what its series have behind it.</summary>
    public static string Family(string name) => Series().Replace(name, "");

    // A name that no bracket follows is no function; numbers and durations do not begin with a letter.
    [GeneratedRegex("""(?<![\w.])(?<name>[a-z_:][a-z0-9_:]*)\b(?!\s*\()(?:\{(?<labels>[^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex("""\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)""")]
    private static partial Regex Groupings();

    [GeneratedRegex("""(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Series();
}
