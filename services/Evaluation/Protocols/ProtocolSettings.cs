using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Protocols;

/// <summary>What is measured, and how.</summary>
/// <param name="Protocols">The protocols.</param>
/// <param name="Placement">Where clicks are put.</param>
/// <param name="MaxClicks">Most clicks on an object, 1 to 20.</param>
/// <param name="Seed">Seed of all random numbers.</param>
public sealed record ProtocolSettings(
    IReadOnlyCollection<EvaluationProtocol> Protocols, PointPlacement Placement, int MaxClicks, long Seed)
{
    /// <summary>Clicks that every object gets; more are for those that are not good enough yet.</summary>
    public const int CommonClicks = 9;

    /// <summary>IoU from which on an object gets no clicks beyond <see cref="CommonClicks"/>.</summary>
    public const double GoodEnough = 0.9;
}
