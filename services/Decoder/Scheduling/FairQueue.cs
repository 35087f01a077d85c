namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// Jobs that wait in one lane, fair between tenants: each has a queue of its own, first in, first out, and the queues
/// take turns (round robin), so that a tenant who sends a thousand prompts delays another's by one. A full lane makes
/// room by giving up the newest job of the tenant with most of them (longest queue drop, McKenney 1990), unless that is
/// who asks. Not safe for concurrent use.
/// </summary>
/// <param name="capacity">Jobs that may wait.</param>
internal sealed class FairQueue(int capacity)
{
    private readonly Dictionary<string, Turn> _turns = [];
    private readonly LinkedList<Turn> _order = [];

    /// <summary>Jobs that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a job, whether the lane is full or not.</summary>
    public void Add(DecodeJob job)
    {
        if (!_turns.TryGetValue(job.Tenant, out var turn))
        {
            turn = new Turn(job.Tenant);
            _turns.Add(job.Tenant, turn);
            _order.AddLast(turn.Node);
        }

        turn.Jobs.AddLast(job.Node);
        Count++;
    }

    /// <summary>Adds a job if there is room for it or room can be made.</summary>
    /// <param name="job">The job.</param>
    /// <param name="givenUp">The job that had to make room, to be refused; mostly null.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(DecodeJob job, out DecodeJob? givenUp)
    {
        givenUp = null;
        if (Count >= capacity)
        {
            var most = _order.MaxBy(turn => turn.Jobs.Count);
            var own = _turns.GetValueOrDefault(job.Tenant)?.Jobs.Count ?? 0;
            if (most is null || most.Jobs.Count <= own + 1)
            {
                return false;
            }

            givenUp = most.Jobs.Last!.Value;
            Remove(givenUp);
        }

        Add(job);
        return true;
    }

    /// <summary>Takes a job out. False when it does not wait here.</summary>
    public bool Remove(DecodeJob job)
    {
        if (!_turns.TryGetValue(job.Tenant, out var turn) || job.Node.List != turn.Jobs)
        {
            return false;
        }

        turn.Jobs.Remove(job.Node);
        Count--;
        if (turn.Jobs.Count == 0)
        {
            _order.Remove(turn.Node);
            _turns.Remove(turn.Tenant);
        }

        return true;
    }

    /// <summary>Takes the first job of the tenant whose turn it is; null when none waits.</summary>
    public DecodeJob? Take()
    {
        if (_order.First?.Value is not { } turn)
        {
            return null;
        }

        var job = turn.Jobs.First!.Value;
        _order.Remove(turn.Node);
        _order.AddLast(turn.Node);
        Remove(job);
        return job;
    }

    private sealed class Turn
    {
        public Turn(string tenant)
        {
            Tenant = tenant;
            Node = new LinkedListNode<Turn>(this);
        }

        public string Tenant { get; }

        public LinkedList<DecodeJob> Jobs { get; } = [];

        public LinkedListNode<Turn> Node { get; }
    }
}
