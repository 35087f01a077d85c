using System.Diagnostics;
using Segmentation.Embeddings;

namespace Segmentation.Encoder.Queue;

/// <summary>An image on its way through the queue. It ends in exactly one of three ways.</summary>
internal sealed class EncodeWork
{
    private readonly TaskCompletionSource<EncodedImage?> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="file">The image file.</param>
    public EncodeWork(ReadOnlyMemory<byte> file)
    {
        File = file;
        Node = new LinkedListNode<EncodeWork>(this);
        Parent = Activity.Current?.Context ?? default;
    }

    /// <summary>The image file.</summary>
    public ReadOnlyMemory<byte> File { get; }

    /// <summary>Its place in the queue; guarded by the queue's lock.</summary>
    public LinkedListNode<EncodeWork> Node { get; }

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
