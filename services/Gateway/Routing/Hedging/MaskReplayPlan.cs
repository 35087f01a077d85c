using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// How a silo is brought to what it lacks: by the prompts that made a mask. The same prompts give the same masks
/// anywhere.
/// </summary>
/// <param name="Find">What makes a mask; null when that is not known.</param>
/// <param name="MostRequests">
/// Requests to one silo for one prompt; more mean that masks vanish there as fast as they are made.
/// </param>
internal sealed record MaskReplayPlan(Func<string, DecodeRequest?> Find, int MostRequests)
{
    /// <summary>No mask can be made again.</summary>
    public static MaskReplayPlan None { get; } = new(_ => null, 1);
}
