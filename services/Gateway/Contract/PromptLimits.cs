namespace Segmentation.Gateway.Contract;

/// <summary>The contract's limits on prompts (prompt.proto, segmentation_service.proto).</summary>
internal static class PromptLimits
{
    /// <summary>Prompts of one Segment request.</summary>
    public const int Prompts = 256;

    /// <summary>Points of one prompt.</summary>
    public const int Points = 64;

    /// <summary>Bytes of mask logits: 256 x 256 float32 values.</summary>
    public const int LogitsBytes = 256 * 256 * sizeof(float);

    /// <summary>
    /// A request with more prompts than this is bulk work and takes the batch lane: even at 15 ms a prompt it keeps
    /// a worker for a quarter of a second, which would be felt by somebody who only clicked once.
    /// </summary>
    public const int Interactive = 16;
}
