using System.Collections.Immutable;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Silos in reach of this gateway. Safe for concurrent use.</summary>
internal sealed class SiloRegistry(TimeProvider clock)
{
    /// <summary>Time for which a silo that failed is asked last.</summary>
    private static readonly TimeSpan _avoidance = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private ImmutableArray<SiloState> _silos = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a silo comes or goes.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    /// <summary>Timestamp until which a silo that fails now is asked last.</summary>
    public long AvoidUntil => clock.GetTimestamp() + (long)(_avoidance.TotalSeconds * clock.TimestampFrequency);

    /// <summary>The silos in reach.</summary>
    public ImmutableArray<SiloState> All => _silos;

    /// <summary>Adds a silo that has come into reach.</summary>
    public void Add(SiloState silo) => Change(silos => silos.Add(silo));

    /// <summary>Removes a silo that is out of reach: its open requests are sent elsewhere at once.</summary>
    public void Remove(SiloState silo)
    {
        Change(silos => silos.Remove(silo));
        silo.Leave();
    }

    private void Change(Func<ImmutableArray<SiloState>, ImmutableArray<SiloState>> change)
    {
        lock (_gate)
        {
            _silos = change(_silos);
        }

        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
