using Segmentation.Embeddings;
using Segmentation.Masks.Everything;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;

namespace Segmentation.Decoder.Engine;

/// <summary>The model's work of one worker thread. Not safe for concurrent use.</summary>
internal interface IDecodeWorker
{
    /// <summary>
    /// Called every few tenths of a millisecond on the thread that decodes prompts or points and makes their masks in
    /// all forms, and every millisecond while it prepares an image: what is more urgent can be done there, by another
    /// worker.
    /// </summary>
    Action? OnYield { get; set; }

    /// <summary>Computes what all prompts on an image share.</summary>
    IHotImage Prepare(Embedding embedding, CancellationToken cancellationToken);

    /// <summary>Computes the embedding that an image was prepared from.</summary>
    Embedding Restore(IHotImage image, CancellationToken cancellationToken);

    /// <summary>Decodes points of a search for everything and makes the masks that pass.</summary>
    /// <param name="image">The crop that the batch is of, prepared by a worker of the same engine.</param>
    /// <param name="plan">The search.</param>
    /// <param name="batch">Which points.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    BatchResult Find(IHotImage image, EverythingPlan plan, PointBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Decodes prompts and makes their masks: one list a prompt, in order. Their run lengths are the worker's and valid
    /// until it is called again.
    /// </summary>
    /// <param name="image">An image that a worker of the same engine prepared.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="options">How many masks, in which forms.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    IReadOnlyList<IReadOnlyList<SegmentedMask>> Segment(
        IHotImage image, IReadOnlyList<Prompt> prompts, SegmentOptions options, CancellationToken cancellationToken);
}
