using Segmentation.Clustering;
using Segmentation.Common;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// The jobs of one request on their way through the scheduler: they wait in one place, are taken one after the other,
/// and are refused or dropped together. Guarded by the lanes' lock where nothing else is said.
/// </summary>
internal sealed class JobGroup
{
    private readonly IReadOnlyList<DecodeJob> _jobs;
    private int _next;

    /// <param name="jobs">At least one job, all of one tenant and one lane.</param>
    /// <param name="cancellationToken">Drops what has not begun.</param>
    public JobGroup(IReadOnlyList<DecodeJob> jobs, CancellationToken cancellationToken)
    {
        _jobs = jobs;
        CancellationToken = cancellationToken;
        Node = new LinkedListNode<JobGroup>(this);
        foreach (var job in jobs)
        {
            job.Group = this;
            CostLeft += job.Cost;
            IsLong |= job.Cost > PromptCost.LongestUrgent;
        }
    }

    /// <summary>
    /// When the request came, as a timestamp: within a tenant, first come is first served. 0: when it is queued.
    /// </summary>
    public long ArrivedAt { get; set; }

    /// <summary>Time after <see cref="ArrivedAt"/> until which the answer is of use.</summary>
    public TimeSpan TimeLimit { get; set; } = GrainCalls.LongestAnswer;

    /// <summary>Drops what has not begun; never changes.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Tenant of the request: tenants take turns.</summary>
    public string Tenant => _jobs[0].Tenant;

    /// <summary>Level of the request: more urgent levels are served first.</summary>
    public Lane Lane => _jobs[0].Lane;

    /// <summary>Urgency of the request.</summary>
    public JobLevel Level => Lane == Lane.Batch ? JobLevel.Batch : IsLong ? JobLevel.Long : JobLevel.Urgent;

    /// <summary>Tells whether a job is too long to be done between two grid rows of other work.</summary>
    public bool IsLong { get; }

    /// <summary>Its place among its tenant's.</summary>
    public LinkedListNode<JobGroup> Node { get; }

    /// <summary>Jobs that have not been taken.</summary>
    public int Left => _jobs.Count - _next;

    /// <summary>Cost of the jobs that wait, in plain clicks.</summary>
    public double CostLeft { get; private set; }

    /// <summary>The job to be taken next; there must be one.</summary>
    public DecodeJob Next => _jobs[_next];

    /// <summary>The request is queued.</summary>
    /// <param name="now">The time, as a timestamp.</param>
    public void Enter(long now)
    {
        ArrivedAt = ArrivedAt == 0 ? now : ArrivedAt;
        foreach (var job in _jobs)
        {
            job.QueuedAt = now;
        }
    }

    /// <summary>Tells whether the job is the first of its request.</summary>
    public bool IsFirst(DecodeJob job) => _jobs[0] == job;

    /// <summary>Takes the next job; there must be one.</summary>
    public DecodeJob Take()
    {
        var job = _jobs[_next++];
        CostLeft -= job.Cost;
        return job;
    }

    /// <summary>Makes all jobs interactive.</summary>
    public void Promote()
    {
        foreach (var job in _jobs)
        {
            job.Lane = Lane.Interactive;
        }
    }

    /// <summary>Refuses what has not been taken. Outside the lock, when nobody can take any more of it.</summary>
    public void Refuse(TimeSpan retryAfter)
    {
        while (_next < _jobs.Count)
        {
            Take().Refuse(retryAfter);
        }
    }

    /// <summary>Drops what has not been taken. Outside the lock, when nobody can take any more of it.</summary>
    public void Drop()
    {
        while (_next < _jobs.Count)
        {
            Take().Drop();
        }
    }
}

/// <summary>Urgency of requests, the most urgent first.</summary>
internal enum JobLevel
{
    /// <summary>Short interactive work: goes before the rest of everything below that has begun.</summary>
    Urgent,

    /// <summary>
    /// Interactive work that takes longer than a click may wait: goes before batch work that has not begun, and after
    /// every few urgent jobs has a turn.
    /// </summary>
    Long,

    /// <summary>Batch work.</summary>
    Batch,
}
