namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// Learns how long a plain click takes in each lane. All workers write it without a lock: a sample lost to another
/// changes an estimate a little.
/// </summary>
/// <param name="workers">Threads that share the work.</param>
internal sealed class WorkEstimate(int workers)
{
    /// <summary>Weight of the newest job in the average: about the last twenty count.</summary>
    private const double Smoothing = 0.1;

    // Before the first job is measured: about a click on one core.
    private double _interactiveSeconds = 0.02;
    private double _batchSeconds = 0.02;

    /// <summary>A job took so long.</summary>
    public void Add(DecodeJob job, TimeSpan duration)
    {
        // Work other than prompts is estimated by a rule of thumb.
        if (job.Prompts == 0)
        {
            return;
        }

        ref var average = ref job.Group!.Level == JobLevel.Batch ? ref _batchSeconds : ref _interactiveSeconds;
        average += Smoothing * (duration.TotalSeconds / job.Cost - average);
    }

    /// <summary>Time that all workers together need for work of a level.</summary>
    /// <param name="level">The level.</param>
    /// <param name="cost">The work in plain clicks.</param>
    public TimeSpan Together(JobLevel level, double cost) => SecondsOf(level, cost / workers);

    /// <summary>Time that the workers need for the rest of a request.</summary>
    public TimeSpan Of(JobGroup group) =>
        group.Left == 0 ? TimeSpan.Zero : SecondsOf(group.Level, group.CostLeft / Math.Min(workers, group.Left));

    private TimeSpan SecondsOf(JobLevel level, double cost) =>
        TimeSpan.FromSeconds(cost * (level == JobLevel.Batch ? _batchSeconds : _interactiveSeconds));
}
