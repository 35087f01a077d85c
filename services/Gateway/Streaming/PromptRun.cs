using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>A prompt that was run.</summary>
/// <param name="Response">The answer, or the error.</param>
/// <param name="BestMaskId">
/// Best mask of the latest answered prompt up to this one since the session was opened or reset; null without one.
/// </param>
internal sealed record PromptRun(SegmentStreamResponse Response, string? BestMaskId);
