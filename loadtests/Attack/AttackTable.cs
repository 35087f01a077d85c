using System.Globalization;
using System.Text;

namespace Segmentation.LoadTests.Attack;

/// <summary>Results as lines for people.</summary>
internal static class AttackTable
{
    private const int KeptAnswers = 4;

    /// <summary>The names of the columns, and what the bystander feels without an attack.</summary>
    public static string Head(BystanderFigures unloaded) =>
        "attack | clicks p50/p99/max ms; uploads p50/max ms; failed | memory before > peak > after MB"
        + $" | answered p50/max s: how\n{"no attack",-22} | {Words(unloaded)}";

    /// <summary>One attack.</summary>
    public static string Line(AttackResult result)
    {
        var memory = result.Memory;
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{result.Attack.Name,-22} | {Words(result.Felt)}");
        line.Append(CultureInfo.InvariantCulture, $" | {memory.Before:0} > {memory.Peak:0} > {memory.After:0}");
        if (result.Answers.Times.Count > 0)
        {
            line.Append(
                CultureInfo.InvariantCulture,
                $" | {result.Answers.Times.At(50) / 1000:0.00}/{result.Answers.Times.At(100) / 1000:0.00}:");
        }

        line.Append(CultureInfo.InvariantCulture, $" {Words(result.Answers.Counts)}");
        foreach (var row in result.Broken)
        {
            line.Append(
                CultureInfo.InvariantCulture,
                $"\n    DOES NOT HOLD: {row.Name}: {row.Measured:0.###} {row.Unit}, bound {row.Bound:0.###}");
        }

        return line.ToString();
    }

    private static string Words(BystanderFigures felt) => string.Create(
        CultureInfo.InvariantCulture,
        $"{felt.Clicks.At(50):0}/{felt.ClickTail:0}/{felt.Clicks.At(100):0}; ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{felt.Uploads.At(50):0}/{felt.Uploads.At(100):0}; {felt.Failed}");

    /// <summary>Kinds of answers and how often each came, the most frequent ones.</summary>
    public static string Words(IEnumerable<KeyValuePair<string, int>> counts) =>
        string.Join(", ", counts.Take(KeptAnswers).Select(count => $"{count.Value} {count.Key}"));
}
