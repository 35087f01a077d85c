using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// A model's prompt encoder and mask decoder with all that they need of an image: the graphs of ModelBuilder, or a
/// published graph. Safe for concurrent use.
/// </summary>
internal interface IPromptDecoder : IDisposable
{
    /// <inheritdoc cref="IMaskDecoder.MinBatch"/>
    int MinBatch { get; }

    /// <summary>Allocates the buffers of one thread.</summary>
    /// <param name="lendsMasks"><see cref="Segmenter.CreateWorkspace"/> describes it.</param>
    SegmentWorkspace CreateWorkspace(bool lendsMasks);

    /// <summary>Computes the tensors that all prompts on an image share.</summary>
    /// <param name="embedding">The flat embedding, all its tensors one behind the other.</param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="yieldPoint">Checked during the run.</param>
    PreparedImage Prepare(Memory<float> embedding, ImageGeometry geometry, YieldPoint yieldPoint);

    /// <summary>Restores the flat embedding that an image was prepared from, up to the rounding of one sum.</summary>
    /// <param name="image">An image that this object prepared.</param>
    /// <param name="embedding">Receives the flat embedding.</param>
    /// <param name="yieldPoint">Checked during the run.</param>
    void Restore(PreparedImage image, Span<float> embedding, YieldPoint yieldPoint);

    /// <inheritdoc cref="IMaskDecoder.PrecomputeProjections"/>
    AlignedBuffer? PrecomputeProjections(PreparedImage image, YieldPoint yieldPoint);

    /// <summary>
    /// Returns the projections that belong to an image, or those in the cache; null if the decoder has none.
    /// </summary>
    /// <param name="image">The image, which must never change.</param>
    /// <param name="yieldPoint">
    /// Checked while projections are computed, by this thread or another. Work that runs there must not ask for
    /// projections.
    /// </param>
    AlignedBuffer? ProjectionsOf(PreparedImage image, YieldPoint yieldPoint);

    /// <summary>Decodes a batch of prompts.</summary>
    /// <param name="image">An image that this object prepared.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="logits">Receives [prompts, mask tokens, logit rows, logit columns].</param>
    /// <param name="predictedIou">Receives [prompts, 4], of all output tokens that the decoder has.</param>
    /// <param name="workspace">This thread's buffers.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    void Decode(
        PreparedImage image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        SegmentWorkspace workspace,
        CancellationToken cancellationToken);
}
