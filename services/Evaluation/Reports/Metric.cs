using System.Globalization;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Reports;

/// <summary>A figure that is a mean over masks.</summary>
/// <param name="Name">Flat name, for example <c>miou@1</c>.</param>
/// <param name="IsLess">True where less is better.</param>
/// <param name="ValueOf">Value of a mask; null: it has none.</param>
internal sealed record Metric(string Name, bool IsLess, Func<MaskRecord, double?> ValueOf)
{
    private static readonly int[] _clicks = [1, 2, 3, 5, 9];
    private static readonly double[] _bounds = [0.85, 0.9];

    /// <summary>Numbers of clicks at which figures are given.</summary>
    public static IEnumerable<int> ClicksUpTo(int most) => _clicks.Where(clicks => clicks <= most);

    /// <summary>All figures of a run, in the order of reports.</summary>
    public static IReadOnlyList<Metric> Of(ProtocolSettings settings)
    {
        var metrics = new List<Metric>();
        if (settings.Protocols.Contains(EvaluationProtocol.Clicks))
        {
            metrics.AddRange(ClicksUpTo(settings.MaxClicks).Select(clicks => new Metric(
                Named("miou", clicks), false, mask => At(mask.Clicks?.Iou, clicks))));
            metrics.Add(new("oracle@1", false, mask => mask.Clicks?.Oracle));
            metrics.AddRange(ClicksUpTo(settings.MaxClicks).Select(clicks => new Metric(
                Named("boundary_iou", clicks), false, mask => At(mask.Clicks?.BoundaryIou, clicks))));
            foreach (var bound in _bounds)
            {
                var percent = (int)Math.Round(bound * 100);
                metrics.Add(new(Named("noc", percent), true, mask =>
                    mask.Clicks is { } clicks ? clicks.ClicksUntil(bound) ?? settings.MaxClicks : null));
                metrics.Add(new(Named("failed", percent), true, mask =>
                    mask.Clicks is { } clicks ? clicks.ClicksUntil(bound) is null ? 1 : 0 : null));
            }
        }

        if (settings.Protocols.Contains(EvaluationProtocol.Box))
        {
            metrics.Add(new("miou@box", false, mask => mask.Box?.Iou));
            metrics.Add(new("boundary_iou@box", false, mask => mask.Box?.BoundaryIou));
        }

        if (settings.Protocols.Contains(EvaluationProtocol.NoisyBox))
        {
            metrics.Add(new("miou@noisy-box", false, mask => mask.NoisyBox?.Iou));
            metrics.Add(new("boundary_iou@noisy-box", false, mask => mask.NoisyBox?.BoundaryIou));
        }

        return metrics;
    }

    private static double? At(IReadOnlyList<double>? values, int clicks) =>
        values is null ? null : ClickOutcome.At(values, clicks);

    private static string Named(string name, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}@{number}");
}
