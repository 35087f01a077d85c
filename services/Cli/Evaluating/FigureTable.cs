using System.Globalization;
using Segmentation.Evaluation.Reports;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Cli.Evaluating;

/// <summary>Figures as lines of text.</summary>
internal static class FigureTable
{
    /// <summary>A line a figure of all masks.</summary>
    public static IEnumerable<string> Lines(EvaluationSummary summary) => summary.Figures
        .Where(figure => !figure.Name.Contains('/', StringComparison.Ordinal))
        .Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"{figure.Name,-24} {figure.Figure.Mean,8:0.0000}{Range(figure.Figure.Interval)}"));

    /// <summary>A line a difference.</summary>
    public static IEnumerable<string> Lines(IEnumerable<RunDifference> differences) => differences.Select(one =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Name,-24} {one.First,8:0.0000} {one.Second,8:0.0000} {one.Difference,8:+0.0000;-0.0000}{Range(one.Interval)}"));

    private static string Range(Interval? interval) => interval is { } range
        ? string.Create(CultureInfo.InvariantCulture, $"  {range.Low:0.0000} to {range.High:0.0000}")
        : "";
}
