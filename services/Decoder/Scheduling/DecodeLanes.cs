using Segmentation.Grains;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// The two queues of a silo, each fair between tenants and bounded on its own, so that batch work cannot keep people out.
/// Workers wait on threads of their own: taking blocks, everything else does not.
/// </summary>
internal sealed class DecodeLanes
{
    private readonly object _gate = new();
    private readonly FairQueue _interactive;
    private readonly FairQueue _batch;
    private bool _isClosed;
    private int _idle;

    /// <param name="capacity">Jobs that may wait in each lane.</param>
    public DecodeLanes(int capacity) => (_interactive, _batch) = (new FairQueue(capacity), new FairQueue(capacity));

    /// <summary>Jobs that wait in a lane.</summary>
    public int Length(Lane lane)
    {
        lock (_gate)
        {
            return Jobs(lane).Count;
        }
    }

    /// <summary>Adds a job. False when its lane is full or the lanes are closed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="givenUp">Another tenant's job that had to make room, to be refused; mostly null.</param>
    public bool TryAdd(DecodeJob job, out DecodeJob? givenUp)
    {
        givenUp = null;
        lock (_gate)
        {
            if (_isClosed || !Jobs(job.Lane).TryAdd(job, out givenUp))
            {
                return false;
            }

            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes a job out. False when it does not wait any more.</summary>
    public bool TryRemove(DecodeJob job)
    {
        lock (_gate)
        {
            return Jobs(job.Lane).Remove(job);
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
            if (_batch.Remove(job))
            {
                _interactive.Add(job);
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
                if ((_interactive.Take() ?? _batch.Take()) is { } job)
                {
                    return job;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return null;
        }
    }

    /// <summary>
    /// Takes an interactive job that no idle worker is on its way to; mostly null, and cheap then: without a lock.
    /// </summary>
    public DecodeJob? TakeUnattended()
    {
        if (_interactive.Count == 0)
        {
            return null;
        }

        lock (_gate)
        {
            return _interactive.Count > _idle ? _interactive.Take() : null;
        }
    }

    /// <summary>Lets nothing in any more and wakes the workers.</summary>
    /// <returns>What waited; nobody will take it.</returns>
    public IReadOnlyList<DecodeJob> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            var left = new List<DecodeJob>();
            while ((_interactive.Take() ?? _batch.Take()) is { } job)
            {
                left.Add(job);
            }

            Monitor.PulseAll(_gate);
            return left;
        }
    }

    private FairQueue Jobs(Lane lane) => lane == Lane.Interactive ? _interactive : _batch;
}
