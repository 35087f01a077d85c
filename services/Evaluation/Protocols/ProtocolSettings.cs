using Segmentation.Evaluation.Prompting;
using Segmentation.Masks.Everything;

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

    /// <summary>
    /// The paper's options for proposals: 64 points a side, no filter, and only masks of nearly the same box are duplicates.
    /// </summary>
    public static EverythingOptions ProposalDefaults { get; } = EverythingOptions.Default with
    {
        PointsPerSide = 64,
        PredIouThresh = 0,
        StabilityScoreThresh = 0,
        BoxNmsThresh = 0.9,
    };

    /// <summary>Options of <see cref="EvaluationProtocol.Auto"/>.</summary>
    public EverythingOptions Auto { get; init; } = EverythingOptions.Default;

    /// <summary>Options of <see cref="EvaluationProtocol.Proposals"/>.</summary>
    public EverythingOptions Proposals { get; init; } = ProposalDefaults;

    /// <summary>True where a protocol looks for everything.</summary>
    public bool HasSearch =>
        Protocols.Contains(EvaluationProtocol.Auto) || Protocols.Contains(EvaluationProtocol.Proposals);

    /// <summary>True where a protocol prompts for each object.</summary>
    public bool HasPrompts => Protocols.Contains(EvaluationProtocol.Clicks)
        || Protocols.Contains(EvaluationProtocol.Box) || Protocols.Contains(EvaluationProtocol.NoisyBox);
}
