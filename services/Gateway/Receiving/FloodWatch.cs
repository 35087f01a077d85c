using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Notices when a flood of bytes is over, and has the runtime give their memory back: without work, which a gateway
/// after a flood may be without for hours, the runtime collects nothing.
/// </summary>
internal sealed class FloodWatch : IHostedService, IDisposable
{
    /// <summary>Bytes from which on it is a flood.</summary>
    private const long Flood = 64L * 1024 * 1024;

    /// <summary>A flood is over when this part of its bytes is held.</summary>
    private const long Ebb = 4;

    /// <summary>Looks after which it is over; memory that is used again at once need not be given back.</summary>
    private const int LowLooks = 3;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(2);

    private readonly UploadBudget _budget;
    private readonly TimeProvider _clock;
    private readonly Action _collect;
    private ITimer? _timer;
    private long _highest;
    private int _low;

    public FloodWatch(UploadBudget budget, TimeProvider clock)
        : this(budget, clock, Collect)
    {
    }

    internal FloodWatch(UploadBudget budget, TimeProvider clock, Action collect) =>
        (_budget, _clock, _collect) = (budget, clock, collect);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _clock.CreateTimer(_ => Look(), null, _period, _period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    // In the background: requests go on meanwhile.
    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    private void Look()
    {
        var held = _budget.Held;
        _highest = Math.Max(_highest, held);
        _low = _highest >= Flood && held <= _highest / Ebb ? _low + 1 : 0;
        if (_low >= LowLooks)
        {
            (_highest, _low) = (held, 0);
            _collect();
        }
    }
}
