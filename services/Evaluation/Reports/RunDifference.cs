using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Results;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>The difference of two runs on the same masks in one figure.</summary>
/// <param name="Name">The figure.</param>
/// <param name="First">Mean of the first run.</param>
/// <param name="Second">Mean of the second run.</param>
/// <param name="Interval">Interval of the second less the first, by a paired bootstrap over pictures; null: one picture.</param>
/// <param name="PValue">Probability of such a difference by chance; null as the interval.</param>
public sealed record RunDifference(string Name, double First, double Second, Interval? Interval, double? PValue)
{
    /// <summary>The second less the first.</summary>
    public double Difference => Second - First;

    /// <summary>Compares runs mask by mask.</summary>
    /// <param name="first">Results of the first run.</param>
    /// <param name="second">Results of the second run.</param>
    /// <param name="settings">What both measured.</param>
    /// <exception cref="FormatException">The runs are of different masks.</exception>
    public static IReadOnlyList<RunDifference> Of(
        IReadOnlyList<MaskRecord> first, IReadOnlyList<MaskRecord> second, ProtocolSettings settings)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(settings);
        if (!first.Select(Key).SequenceEqual(second.Select(Key)))
        {
            throw new FormatException(
                $"The runs are of different masks ({first.Count} and {second.Count}): only runs on the same data with the "
                    + "same seed and --limit can be compared.");
        }

        var pictures = PictureNumbers.Of(first);
        var bootstrap = new PictureBootstrap(pictures.Count, settings.Seed);
        return [.. Metric.Of(settings).Select(metric =>
        {
            var (a, b) = (metric.SumsOf(first, pictures), metric.SumsOf(second, pictures));
            var found = bootstrap.OfDifference(b, a);
            return a.Mean is { } meanA && b.Mean is { } meanB
                ? new RunDifference(metric.Name, meanA, meanB, found?.Interval, found?.PValue)
                : null;
        }).OfType<RunDifference>()];
    }

    private static (string Picture, int Index, long Area) Key(MaskRecord mask) => (mask.Picture, mask.Index, mask.Area);
}
