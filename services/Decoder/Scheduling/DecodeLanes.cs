using Segmentation.Grains;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// The two queues of a silo, each first in, first out and bounded on its own, so that batch work cannot keep people
/// out. Workers wait on threads of their own: taking blocks, everything else does not.
/// </summary>
internal sealed class DecodeLanes
{
    private readonly object _gate = new();
    private readonly LinkedList<DecodeJob> _interactive = [];
    private readonly LinkedList<DecodeJob> _batch = [];
    private readonly int _capacity;
    private bool _isClosed;

    /// <param name="capacity">Jobs that may wait in each lane.</param>
    public DecodeLanes(int capacity) => _capacity = capacity;

    /// <summary>Jobs that wait in a lane.</summary>
    public int Length(Lane lane)
    {
        lock (_gate)
        {
            return Jobs(lane).Count;
        }
    }

    /// <summary>Adds a job. False when its lane is full or the lanes are closed.</summary>
    public bool TryAdd(DecodeJob job)
    {
        lock (_gate)
        {
            var jobs = Jobs(job.Lane);
            if (_isClosed || jobs.Count >= _capacity)
            {
                return false;
            }

            jobs.AddLast(job.Node);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes a job out. False when it does not wait any more.</summary>
    public bool TryRemove(DecodeJob job)
    {
        lock (_gate)
        {
            if (job.Node.List is not { } jobs)
            {
                return false;
            }

            jobs.Remove(job.Node);
            return true;
        }
    }

    /// <summary>
    /// Moves a job to the interactive lane, behind those that wait there. It is not counted against the lane's bound:
    /// it was let in already.
    /// </summary>
    public void Promote(DecodeJob job)
    {
        lock (_gate)
        {
            job.Lane = Lane.Interactive;
            if (job.Node.List == _batch)
            {
                _batch.Remove(job.Node);
                _interactive.AddLast(job.Node);
            }
        }
    }

    /// <summary>Blocks until there is a job, interactive ones first; null once the lanes are closed.</summary>
    public DecodeJob? Take()
    {
        lock (_gate)
        {
            while (!_isClosed)
            {
                if ((_interactive.First ?? _batch.First) is { } node)
                {
                    node.List!.Remove(node);
                    return node.Value;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>Lets nothing in any more and wakes the workers.</summary>
    /// <returns>What waited; nobody will take it.</returns>
    public IReadOnlyList<DecodeJob> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            List<DecodeJob> left = [.. _interactive, .. _batch];
            _interactive.Clear();
            _batch.Clear();
            Monitor.PulseAll(_gate);
            return left;
        }
    }

    private LinkedList<DecodeJob> Jobs(Lane lane) => lane == Lane.Interactive ? _interactive : _batch;
}
