using Segmentation.Common;

namespace Segmentation.Encoder.Queue;

/// <summary>The two lanes of images that wait: interactive before batch. Not safe for concurrent use.</summary>
/// <param name="capacity">Images that may wait.</param>
internal sealed class EncodeLanes(int capacity)
{
    private readonly FairLane _interactive = new();
    private readonly FairLane _batch = new();

    /// <summary>Images that wait.</summary>
    public int Count => _interactive.Count + _batch.Count;

    /// <summary>Expected time of all that waits, in seconds.</summary>
    public double Seconds => _interactive.Seconds + _batch.Seconds;

    /// <summary>Adds work if there is room for it or room can be made.</summary>
    /// <param name="job">The work.</param>
    /// <param name="displaced"> The job that makes room and is to be refused: the newest of the tenant with the most
    /// jobs. Interactive work displaces batch work first.
    /// </param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(EncodeJob job, out EncodeJob? displaced)
    {
        displaced = null;
        var own = LaneOf(job);
        if (Count >= capacity)
        {
            var isPassing = own == _interactive && _batch.Count > 0;
            displaced = (isPassing ? _batch : own).NewestOfLongest();
            if (displaced is null || (!isPassing && own.CountOf(displaced.Tenant) <= own.CountOf(job.Tenant) + 1))
            {
                displaced = null;
                return false;
            }

            Remove(displaced);
        }

        own.Add(job);
        return true;
    }

    /// <summary>Takes work out wherever it stands; false when it is not here.</summary>
    public bool Remove(EncodeJob job) => LaneOf(job).Remove(job);

    /// <summary>Finds the most urgent work; null when there is none.</summary>
    /// <param name="canBegin">False for work that has to wait for something else.</param>
    /// <param name="interactiveOnly">Leaves the batch lane alone.</param>
    public EncodeJob? Next(Func<EncodeJob, bool> canBegin, bool interactiveOnly) =>
        _interactive.Next(canBegin) ?? (interactiveOnly ? null : _batch.Next(canBegin));

    /// <summary>Takes work that is here and charges its tenant.</summary>
    public void Take(EncodeJob job) => LaneOf(job).Take(job);

    /// <summary>Charges the tenant for work that took longer than expected.</summary>
    public void Charge(EncodeJob job, double seconds) => LaneOf(job).Charge(job.Tenant, seconds);

    /// <summary>Expected time until work would begin, in seconds.</summary>
    public double Wait(EncodeJob job, double seconds) => LaneOf(job).Wait(job.Tenant, seconds)
        + (job.Lane == Lane.Interactive ? 0 : _interactive.Seconds);

    private FairLane LaneOf(EncodeJob job) =>
        job.Lane == Lane.Interactive ? _interactive : _batch;
}
