using Segmentation.Common;
using Segmentation.Encoder.Pipeline;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Work in order of arrival, interactive before batch. Not safe for concurrent use: its owner has a lock.
/// </summary>
internal sealed class ReadyJobs
{
    private readonly LinkedList<EncodeJob> _interactive = [];
    private readonly LinkedList<EncodeJob> _batch = [];

    /// <summary>Work held.</summary>
    public int Count => _interactive.Count + _batch.Count;

    /// <summary>Puts work at the end of its lane.</summary>
    public void Add(EncodeJob job) => LaneOf(job).AddLast(job.Node);

    /// <summary>Takes work out wherever it stands; false when it is not here.</summary>
    public bool Remove(EncodeJob job)
    {
        var lane = LaneOf(job);
        if (job.Node.List != lane)
        {
            return false;
        }

        lane.Remove(job.Node);
        return true;
    }

    /// <summary>Takes the most urgent work; null when there is none.</summary>
    /// <param name="model">Takes only work of this model; null for any.</param>
    public EncodeJob? Take(EncoderModel? model)
    {
        var node = First(_interactive, model) ?? First(_batch, model);
        node?.List!.Remove(node);
        return node?.Value;
    }

    private static LinkedListNode<EncodeJob>? First(LinkedList<EncodeJob> lane, EncoderModel? model)
    {
        var node = lane.First;
        while (node is not null && model is not null && node.Value.Model != model)
        {
            node = node.Next;
        }

        return node;
    }

    private LinkedList<EncodeJob> LaneOf(EncodeJob job) =>
        job.Lane == Lane.Interactive ? _interactive : _batch;
}
