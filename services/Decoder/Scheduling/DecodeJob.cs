using System.Diagnostics;
using Segmentation.Common;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Telemetry;

namespace Segmentation.Decoder.Scheduling;

/// <summary>Work for a decode worker, on its way through the scheduler.</summary>
internal abstract class DecodeJob(Lane lane, CancellationToken cancellationToken)
{
    /// <summary>Kind of work, in metrics and traces; one of a few words.</summary>
    public string Name { get; init; } = DecoderMetrics.Decode;

    /// <summary>Engine whose worker it is for; null for the default model's.</summary>
    public IDecodeEngine? Engine { get; init; }

    /// <summary>Prompts or points in it.</summary>
    public int Prompts { get; init; }

    /// <summary>Tenant of the request: tenants take turns.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Urgency; guarded by the scheduler's lock.</summary>
    public Lane Lane { get; set; } = lane;

    /// <summary>Estimated cost in plain clicks, above 0.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>The request that it is a part of; null until that is made of its jobs.</summary>
    public JobGroup? Group { get; set; }

    /// <summary>When it was queued.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Drops it while it waits, ends the run once it has begun.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The trace it belongs to.</summary>
    public ActivityContext Parent { get; } = Activity.Current?.Context ?? default;

    /// <summary>Does the work on a worker's thread. Failures go to whoever awaits it, never to the thread.</summary>
    public abstract void Run(IDecodeWorker worker, PausableStopwatch stopwatch);

    /// <summary>It will not run here: the lane is full, or the silo stops.</summary>
    public abstract void Refuse(TimeSpan retryAfter);

    /// <summary>It was cancelled while it waited.</summary>
    public abstract void Drop();
}
