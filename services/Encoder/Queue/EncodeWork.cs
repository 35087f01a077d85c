using System.Diagnostics;
using Segmentation.Embeddings;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>An image on its way through the queue. It ends in exactly one of three ways.</summary>
internal sealed class EncodeWork
{
    private readonly TaskCompletionSource<EncodedImage?> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="order">What is to be encoded.</param>
    /// <param name="admittedAt">When it came, as a timestamp of the tier's clock.</param>
    public EncodeWork(EncodeOrder order, long admittedAt)
    {
        AdmittedAt = admittedAt;
        Order = order;
        Node = new LinkedListNode<EncodeWork>(this);
        Parent = Activity.Current?.Context ?? default;
    }

    /// <summary>What is to be encoded.</summary>
    public EncodeOrder Order { get; }

    /// <summary>Who waits for it.</summary>
    public EncodePriority Priority => Order.Priority;

    /// <summary>When it came, as a timestamp of the tier's clock.</summary>
    public long AdmittedAt { get; }

    /// <summary>Its place in a lane; guarded by the lock of whoever owns that.</summary>
    public LinkedListNode<EncodeWork> Node { get; }

    /// <summary>What was read of the file; set before it is ready for a batch.</summary>
    public ModelImage? Image { get; set; }

    /// <summary>Time it took to read.</summary>
    public TimeSpan ReadTime { get; set; }

    /// <summary>When it became ready for a batch, as a timestamp of the tier's clock.</summary>
    public long ReadyAt { get; set; }

    /// <summary>The trace it belongs to.</summary>
    public ActivityContext Parent { get; }

    /// <summary>What became of it: the embedding, null when refused, or an exception.</summary>
    public Task<EncodedImage?> Completion => _completion.Task;

    /// <summary>It was encoded.</summary>
    public void Complete(Embedding embedding, TimeSpan duration) =>
        _completion.SetResult(new EncodedImage(embedding, duration));

    /// <summary>It will not be encoded here: the queue is full or closed.</summary>
    public void Refuse() => _completion.SetResult(null);

    /// <summary>It failed, or was dropped (<see cref="OperationCanceledException"/>).</summary>
    public void Fail(Exception error) => _completion.SetException(error);
}
