namespace Segmentation.Encoder.Queue;

/// <summary>Work in order of arrival, interactive before batch. Not safe for concurrent use: its owner has a lock.</summary>
internal sealed class Lanes
{
    private readonly LinkedList<EncodeWork> _interactive = [];
    private readonly LinkedList<EncodeWork> _batch = [];

    /// <summary>Work held.</summary>
    public int Count => _interactive.Count + _batch.Count;

    /// <summary>Puts work at the end of its lane.</summary>
    public void Add(EncodeWork work) => LaneOf(work).AddLast(work.Node);

    /// <summary>Takes work out wherever it stands; false when it is not here.</summary>
    public bool Remove(EncodeWork work)
    {
        var lane = LaneOf(work);
        if (work.Node.List != lane)
        {
            return false;
        }

        lane.Remove(work.Node);
        return true;
    }

    /// <summary>Takes the most urgent work; null when there is none.</summary>
    public EncodeWork? Take()
    {
        var node = _interactive.First ?? _batch.First;
        node?.List!.Remove(node);
        return node?.Value;
    }

    private LinkedList<EncodeWork> LaneOf(EncodeWork work) =>
        work.Priority == EncodePriority.Interactive ? _interactive : _batch;
}
