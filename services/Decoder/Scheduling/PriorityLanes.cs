using Segmentation.Common;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// The queues of a silo, one a level. Each is fair between tenants and has its own bound, so that batch work cannot
/// displace interactive work. Workers wait on threads of their own: taking blocks, everything else does not.
/// </summary>
/// <param name="capacity">Requests that may wait at each level.</param>
internal sealed class PriorityLanes(int capacity)
{
    /// <summary>Urgent jobs that are taken one after the other while a long one waits.</summary>
    private const int MostUrgentInARow = 4;

    private readonly object _gate = new();
    private readonly FairQueue[] _queues = [.. Enum.GetValues<JobLevel>().Select(_ => new FairQueue(capacity))];
    private bool _isClosed;
    private int _idle;
    private int _urgentInARow;

    /// <summary>Requests that wait in a lane.</summary>
    public int Length(Lane lane)
    {
        lock (_gate)
        {
            return lane == Lane.Batch
                ? Queue(JobLevel.Batch).Count
                : Queue(JobLevel.Urgent).Count + Queue(JobLevel.Long).Count;
        }
    }

    /// <summary>Work that is done before a request's own, in plain clicks of each level.</summary>
    /// <param name="group">A request that does not wait yet.</param>
    /// <param name="work">How much of its own is looked at.</param>
    public double[] Ahead(JobGroup group, double work)
    {
        var ahead = new double[_queues.Length];
        lock (_gate)
        {
            for (var level = JobLevel.Urgent; level < group.Level; level++)
            {
                ahead[(int)level] = Queue(level).Cost;
            }

            ahead[(int)group.Level] = Queue(group.Level).Ahead(group, work);
        }

        return ahead;
    }

    /// <summary>True when any other request waits.</summary>
    public bool AnyWaitsBut(JobGroup group)
    {
        lock (_gate)
        {
            return _queues.Sum(queue => queue.Count) > (group.Node.List is null ? 0 : 1);
        }
    }

    /// <summary>Adds a request. False when its lane is full or the lanes are closed.</summary>
    /// <param name="group">The request.</param>
    /// <param name="displaced">Another tenant's that had to make room, to be refused; mostly null.</param>
    public bool TryAdd(JobGroup group, out JobGroup? displaced)
    {
        displaced = null;
        lock (_gate)
        {
            if (_isClosed || !Queue(group.Level).TryAdd(group, out displaced))
            {
                return false;
            }

            if (group.Left == 1)
            {
                Monitor.Pulse(_gate);
            }
            else
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    /// <summary>Takes a request out, what of it waits. False when nothing of it does any more.</summary>
    public bool TryRemove(JobGroup group)
    {
        lock (_gate)
        {
            return Queue(group.Level).Remove(group);
        }
    }

    /// <summary>
    /// Moves a job's request to the interactive lane, behind those of its tenant that came before. It is not counted
    /// against the lane's bound: it was let in already.
    /// </summary>
    /// <param name="job">The job, queued or not.</param>
    public void Promote(DecodeJob job)
    {
        lock (_gate)
        {
            if (job.Group is not { } group)
            {
                job.Lane = Lane.Interactive;
                return;
            }

            var isWaiting = Queue(group.Level).Remove(group);
            group.Promote();
            if (isWaiting)
            {
                Queue(group.Level).Add(group);
            }
        }
    }

    /// <summary>
    /// Blocks until there is a job, of the first level that has one, or long work after some that is urgent: it would
    /// never begin where there are always clicks. Null once the lanes are closed.
    /// </summary>
    public DecodeJob? Take()
    {
        lock (_gate)
        {
            while (!_isClosed)
            {
                if (TakeNext() is { } job)
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
    /// Takes an urgent job that no idle worker is on its way to; mostly null, and cheap then: without a lock.
    /// </summary>
    public DecodeJob? TryTakePreempting()
    {
        var urgent = Queue(JobLevel.Urgent);
        if (urgent.Jobs == 0)
        {
            return null;
        }

        lock (_gate)
        {
            return urgent.Jobs > _idle ? urgent.Take() : null;
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
            foreach (var queue in _queues)
            {
                while (queue.Take() is { } job)
                {
                    left.Add(job);
                }
            }

            Monitor.PulseAll(_gate);
            return left;
        }
    }

    private DecodeJob? TakeNext()
    {
        var (urgent, lengthy) = (Queue(JobLevel.Urgent), Queue(JobLevel.Long));
        if (lengthy.Count > 0 && _urgentInARow < MostUrgentInARow && urgent.Take() is { } before)
        {
            _urgentInARow++;
            return before;
        }

        _urgentInARow = 0;
        return lengthy.Take() ?? urgent.Take() ?? Queue(JobLevel.Batch).Take();
    }

    private FairQueue Queue(JobLevel level) => _queues[(int)level];
}
