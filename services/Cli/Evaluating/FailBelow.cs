using System.CommandLine.Parsing;
using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Evaluation.Reports;

namespace Segmentation.Cli.Evaluating;

/// <summary>A figure and the least value with which the command succeeds.</summary>
/// <param name="Metric">Name of the figure.</param>
/// <param name="Least">The value.</param>
internal sealed record FailBelow(string Metric, double Least)
{
    public static FailBelow[]? Parse(ArgumentResult result)
    {
        var bounds = new List<FailBelow>();
        foreach (var text in result.Tokens.Select(token => token.Value))
        {
            var at = text.LastIndexOf('=');
            if (at <= 0 || !double.TryParse(text[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var least)
                || !double.IsFinite(least))
            {
                result.AddError($"--fail-below: '{text}' is no bound: write METRIC=VALUE, for example miou@box=0.75.");
                return null;
            }

            bounds.Add(new(text[..at], least));
        }

        return [.. bounds];
    }

    /// <summary>Says why a run fails by the bounds; empty: it does not.</summary>
    /// <exception cref="CliException">A figure is not there, or is better where it is less.</exception>
    public static IReadOnlyList<string> Failures(IReadOnlyList<FailBelow> bounds, EvaluationSummary summary)
    {
        var failures = new List<string>();
        foreach (var (metric, least) in bounds)
        {
            if (summary.LessIsBetter.Contains(metric[(metric.LastIndexOf('/') + 1)..]))
            {
                throw new CliException($"--fail-below: of {metric} less is better; choose a figure of which more is better.");
            }

            var figure = summary.Find(metric) ?? throw new CliException(
                $"--fail-below: there is no figure {metric}. There are: "
                    + string.Join(", ", summary.Figures.Select(one => one.Name)) + ".");
            if (figure.Mean < least)
            {
                failures.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{metric} is {figure.Mean:0.0000}, below {least}."));
            }
        }

        return failures;
    }
}
