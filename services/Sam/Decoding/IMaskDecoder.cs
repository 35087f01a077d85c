using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>Decodes batches of prompts. Safe for concurrent use.</summary>
internal interface IMaskDecoder : IDisposable
{
    /// <summary>The fewest prompts of a batch in which a prompt's answer does not depend on the others.</summary>
    int MinBatch { get; }

    /// <summary>
    /// What is worth making of an image that many prompts are coming for, for <see cref="DecodeBatch.ImageProjections"/>; null
    /// if nothing is. 21 MB, in the time of two decodes.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="yieldPoint">Passed between rows.</param>
    AlignedBuffer? PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint);

    /// <summary>Decodes a batch of prompts.</summary>
    /// <param name="image">The image, with a mask prompt in it or without.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="logits">Receives [prompts, mask tokens, logit rows, logit columns].</param>
    /// <param name="predictedIou">Receives [prompts, 4], of all output tokens.</param>
    /// <param name="memory">This thread's.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken);
}
