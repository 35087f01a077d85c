namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// Requests that wait in one lane, fair between tenants: each has a queue of its own, and the queues take turns by what
/// their jobs cost (deficit round robin, Shreedhar and Varghese 1995), so that a tenant who sends a thousand prompts
/// delays another's by one. Within a tenant first come is first served, a request to its end before the next begins:
/// all done a little would all be late. A full lane makes room by giving up the newest request of the tenant with most
/// of them (longest queue drop, McKenney 1990), unless that is who asks. Not safe for concurrent use.
/// </summary>
/// <param name="capacity">Requests that may wait.</param>
internal sealed class FairQueue(int capacity)
{
    /// <summary>Credit of a tenant for each turn, in plain clicks.</summary>
    private const double Quantum = 1;

    private readonly Dictionary<string, Turn> _turns = [];
    private readonly LinkedList<Turn> _order = [];

    /// <summary>Requests that wait, or have jobs that do.</summary>
    public int Count { get; private set; }

    /// <summary>Their jobs that wait.</summary>
    public int Jobs { get; private set; }

    /// <summary>Cost of the jobs that wait, in plain clicks.</summary>
    public double Cost => _order.Sum(turn => turn.Cost);

    /// <summary>Adds a request, whether the lane is full or not.</summary>
    public void Add(JobGroup group)
    {
        if (!_turns.TryGetValue(group.Tenant, out var turn))
        {
            turn = new Turn(group.Tenant);
            _turns.Add(group.Tenant, turn);
            _order.AddLast(turn.Node);
        }

        // Mostly the last place: only what waited for something else first came before others.
        var before = turn.Groups.Last;
        while (before is not null && before.Value.ArrivedAt > group.ArrivedAt)
        {
            before = before.Previous;
        }

        if (before is null)
        {
            turn.Groups.AddFirst(group.Node);
        }
        else
        {
            turn.Groups.AddAfter(before, group.Node);
        }

        Count++;
        Jobs += group.Left;
    }

    /// <summary>Adds a request if there is room for it or room can be made.</summary>
    /// <param name="group">The request.</param>
    /// <param name="displaced">The request that had to make room, to be refused; mostly null.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(JobGroup group, out JobGroup? displaced)
    {
        displaced = null;
        if (Count >= capacity)
        {
            var most = _order.MaxBy(turn => turn.Groups.Count);
            var own = _turns.GetValueOrDefault(group.Tenant)?.Groups.Count ?? 0;
            if (most is null || most.Groups.Count <= own + 1)
            {
                return false;
            }

            displaced = most.Groups.Last!.Value;
            Remove(displaced);
        }

        Add(group);
        return true;
    }

    /// <summary>Takes a request out. False when it does not wait here.</summary>
    public bool Remove(JobGroup group)
    {
        if (!_turns.TryGetValue(group.Tenant, out var turn) || group.Node.List != turn.Groups)
        {
            return false;
        }

        Jobs -= group.Left;
        Count--;
        turn.Groups.Remove(group.Node);
        if (turn.Groups.Count == 0)
        {
            _order.Remove(turn.Node);
            _turns.Remove(turn.Tenant);
        }

        return true;
    }

    /// <summary>Takes the next job of the tenant whose turn it is; null when none waits.</summary>
    public DecodeJob? Take()
    {
        while (_order.First?.Value is { } turn)
        {
            if (turn.Credit < turn.NextCost)
            {
                turn.Credit += Quantum;
                if (turn.Credit < turn.NextCost)
                {
                    MoveToEnd(turn);
                    continue;
                }
            }

            turn.Credit -= turn.NextCost;
            return TakeOf(turn);
        }

        return null;
    }

    /// <summary>
    /// Cost of the work that is done before a request's own if nothing else arrives, in plain clicks.
    /// </summary>
    /// <param name="group">A request that does not wait yet.</param>
    /// <param name="work">How much of its own is looked at: others get as much meanwhile, and no more.</param>
    public double Ahead(JobGroup group, double work)
    {
        var own = _turns.GetValueOrDefault(group.Tenant)?.Groups
            .Where(other => other.ArrivedAt <= group.ArrivedAt)
            .Sum(other => other.CostLeft) ?? 0;
        return own + _order
            .Where(turn => turn.Tenant != group.Tenant)
            .Sum(turn => Math.Min(turn.Cost, own + work));
    }

    private DecodeJob TakeOf(Turn turn)
    {
        var group = turn.Groups.First!.Value;
        Jobs--;
        var job = group.Take();
        if (group.Left == 0)
        {
            Remove(group);
        }

        if (turn.Groups.Count > 0 && turn.Credit < turn.NextCost)
        {
            MoveToEnd(turn);
        }

        return job;
    }

    private void MoveToEnd(Turn turn)
    {
        _order.Remove(turn.Node);
        _order.AddLast(turn.Node);
    }

    private sealed class Turn
    {
        public Turn(string tenant)
        {
            Tenant = tenant;
            Node = new LinkedListNode<Turn>(this);
        }

        public string Tenant { get; }

        public LinkedList<JobGroup> Groups { get; } = [];

        public LinkedListNode<Turn> Node { get; }

        /// <summary>Credit left of the tenant's turn; lost when nothing of the tenant's waits.</summary>
        public double Credit { get; set; }

        public double NextCost => Groups.First!.Value.Next.Cost;

        public double Cost => Groups.Sum(group => group.CostLeft);
    }
}
