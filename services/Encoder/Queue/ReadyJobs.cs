using Segmentation.Common;

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
    public EncodeJob? Take()
    {
        var node = _interactive.First ?? _batch.First;
        node?.List!.Remove(node);
        return node?.Value;
    }

    private LinkedList<EncodeJob> LaneOf(EncodeJob job) =>
        job.Lane == Lane.Interactive ? _interactive : _batch;
}
