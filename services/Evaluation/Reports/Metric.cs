using System.Globalization;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Results;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>A figure that is a mean over masks, weighted or not.</summary>
/// <param name="Name">Flat name, for example <c>miou@1</c>.</param>
/// <param name="IsLess">True where less is better.</param>
/// <param name="ValueOf">Value of a mask; null: it has none.</param>
/// <param name="WeightOf">
/// Weight of a mask whose value is its share of the weight already; null: 1. Such figures are of whole pictures alone.
/// </param>
internal sealed record Metric(
    string Name, bool IsLess, Func<MaskRecord, double?> ValueOf, Func<MaskRecord, double>? WeightOf = null)
{
    /// <summary>IoUs from which on an object is found.</summary>
    public static readonly double[] Found = [0.5, 0.75, 0.95];

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

        if (settings.Protocols.Contains(EvaluationProtocol.Auto))
        {
            metrics.AddRange(OfFound(mask => mask.Auto));
            metrics.Add(new("ar@auto", false, mask => mask.Auto?.Recall));
        }

        if (settings.Protocols.Contains(EvaluationProtocol.Proposals))
        {
            metrics.Add(new("ar@1000", false, mask => mask.Proposals?.Recall));
            metrics.AddRange(Found.Select(bound => new Metric(
                Named("proposals_found", bound), false, mask => IsFound(mask.Proposals, bound))));
        }

        return metrics;
    }

    /// <summary>Sums the figure's values.</summary>
    /// <param name="records">The masks.</param>
    /// <param name="pictures">Numbers of the pictures.</param>
    public PictureSums SumsOf(IEnumerable<MaskRecord> records, IReadOnlyDictionary<string, int> pictures) => new(
        records.Select(mask => (Mask: mask, Value: ValueOf(mask))).Where(pair => pair.Value is not null)
            .Select(pair => (pictures[pair.Mask.Picture], pair.Value!.Value, WeightOf?.Invoke(pair.Mask) ?? 1.0)),
        pictures.Count);

    private static IEnumerable<Metric> OfFound(Func<MaskRecord, FoundOutcome?> outcome) =>
    [
        .. Found.Select(bound => new Metric(
            Named("found", bound), false, mask => IsFound(outcome(mask), bound))),
        // Each true mask of a picture weighs an equal part of the picture's found masks: sums over pictures are exact.
        .. Found.Select(bound => new Metric(
            Named("precision", bound),
            false,
            mask => IsFound(outcome(mask), bound),
            mask => outcome(mask) is { } found ? (double)found.Found / found.Truths : 0)),
        .. Found.Select(bound => new Metric(
            Named("f1", bound),
            false,
            mask => 2 * IsFound(outcome(mask), bound),
            mask => outcome(mask) is { } found ? 1 + (double)found.Found / found.Truths : 0)),
    ];

    private static double? IsFound(FoundOutcome? outcome, double bound) =>
        outcome is null ? null : outcome.Iou >= bound ? 1 : 0;

    private static double? At(IReadOnlyList<double>? values, int clicks) =>
        values is null ? null : ClickOutcome.At(values, clicks);

    private static string Named(string name, double number) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}@{number}");
}
