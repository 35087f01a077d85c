using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Results;

/// <summary>How one object fared click by click. Where clicks ended early, the last values hold on.</summary>
public sealed record ClickOutcome
{
    /// <summary>The clicks.</summary>
    public required IReadOnlyList<SimulatedClick> Clicks { get; init; }

    /// <summary>True IoU of the most confident mask after each click.</summary>
    public required IReadOnlyList<double> Iou { get; init; }

    /// <summary>The model's own estimate of it after each click.</summary>
    public required IReadOnlyList<double> PredictedIou { get; init; }

    /// <summary>Boundary IoU after each click.</summary>
    public required IReadOnlyList<double> BoundaryIou { get; init; }

    /// <summary>IoU of the best of the masks after the first click.</summary>
    public required double Oracle { get; init; }

    /// <summary>The most confident mask after the first click, as COCO's string.</summary>
    public required string Counts { get; init; }

    /// <summary>Value after a number of clicks, at least 1.</summary>
    public static double At(IReadOnlyList<double> values, int clicks)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values[Math.Min(clicks, values.Count) - 1];
    }

    /// <summary>Clicks until the IoU is at least the bound; null: it never was.</summary>
    public int? ClicksUntil(double bound)
    {
        for (var i = 0; i < Iou.Count; i++)
        {
            if (Iou[i] >= bound)
            {
                return i + 1;
            }
        }

        return null;
    }
}
