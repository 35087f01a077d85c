using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Prompts that make masks again on a silo which lacks them. The same prompts give the same masks on every silo.
/// </summary>
/// <param name="Find">The request that makes a mask, by the mask's id; null for an unknown mask.</param>
/// <param name="MaxRequests">
/// Most requests to one silo for one prompt: beyond them the silo evicts masks as fast as they are made.
/// </param>
internal sealed record MaskReplayPlan(Func<string, DecodeRequest?> Find, int MaxRequests)
{
    /// <summary>A plan that makes no mask again.</summary>
    public static MaskReplayPlan None { get; } = new(_ => null, 1);
}
