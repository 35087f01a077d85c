namespace Segmentation.Evaluation.Statistics;

/// <summary>How far the model's own estimate of a mask's IoU is from the truth.</summary>
/// <param name="Bins">Masks by their estimate, in ten bins of one tenth; those without a mask are left out.</param>
/// <param name="Error">Mean distance of estimate and truth over bins, weighted by their masks.</param>
/// <param name="Bias">Mean estimate less mean truth: above 0 where the model promises too much.</param>
public sealed record CalibrationCurve(IReadOnlyList<CalibrationBin> Bins, double Error, double Bias)
{
    private const int Count = 10;

    /// <summary>Computes the curve; null without a mask.</summary>
    /// <param name="pairs">Estimate and true IoU of each mask.</param>
    public static CalibrationCurve? Of(IReadOnlyList<(double Predicted, double Iou)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            return null;
        }

        var bins = pairs.GroupBy(pair => Math.Clamp((int)(pair.Predicted * Count), 0, Count - 1))
            .OrderBy(bin => bin.Key)
            .Select(bin => new CalibrationBin(
                bin.Key / (double)Count, bin.Count(), bin.Average(pair => pair.Predicted), bin.Average(pair => pair.Iou)))
            .ToList();
        return new(
            bins,
            bins.Sum(bin => bin.Masks * Math.Abs(bin.Predicted - bin.Iou)) / pairs.Count,
            pairs.Average(pair => pair.Predicted - pair.Iou));
    }
}
