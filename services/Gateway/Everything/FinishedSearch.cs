using Segmentation.Masks.Everything;


namespace Segmentation.Gateway.Everything;

/// <summary>What a search gave.</summary>
/// <param name="Masks">The final masks, in their order.</param>
/// <param name="Elapsed">Time it took.</param>
internal sealed record FinishedSearch(IReadOnlyList<EverythingMask> Masks, TimeSpan Elapsed);
