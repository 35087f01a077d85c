using Segmentation.Masks;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>Decodes batches of prompts. Safe for concurrent use.</summary>
internal interface IMaskDecoder : IDisposable
{
    /// <summary>Smallest batch in which a prompt's answer does not depend on the other prompts.</summary>
    int MinBatch { get; }

    /// <summary>Values of an image's high-resolution features; 0 for a decoder that has none.</summary>
    int HighResLength { get; }

    /// <summary>Brings high-resolution features into the form that this decoder reads.</summary>
    /// <param name="features"><see cref="HighResLength"/> values: [C/8, 256, 256], then [C/4, 128, 128].</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    /// <returns>Null for a decoder that has none.</returns>
    IHighResFeatures? PrepareHighRes(ReadOnlySpan<float> features, YieldPoint yieldPoint);

    /// <summary>
    /// Computes the image projections (21 MB), with which prompts of few points are less work.
    /// Null if the decoder has none.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    AlignedBuffer? PrecomputeProjections(PreparedTokens image, YieldPoint yieldPoint);

    /// <summary>Decodes a batch of prompts.</summary>
    /// <param name="image">The image, with a mask prompt in it or without.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="logits">Receives [prompts, mask tokens, logit rows, logit columns].</param>
    /// <param name="predictedIou">Receives [prompts, 4], of all output tokens.</param>
    /// <param name="memory">This thread's arena.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    void Decode(
        PreparedTokens image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken);
}
