using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// Has the runtime return memory to the system when a flood of requests or answers is over. The runtime itself collects
/// nothing while there is no work, which may last for hours after a flood.
/// </summary>
internal sealed class MemoryReclaimer : IHostedService, IDisposable
{
    /// <summary>Bytes of requests and answers that count as a flood.</summary>
    private const long Flood = 32L * 1024 * 1024;

    /// <summary>A flood is over when this part of its bytes is left.</summary>
    private const long Ebb = 4;

    /// <summary>
    /// Low looks in a row after which a flood is over: memory that is used again at once need not be returned.
    /// </summary>
    private const int LowLooks = 3;

    /// <summary>Looks between two collections at least.</summary>
    private const int Pause = 20;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly Func<long> _held;
    private readonly TimeProvider _clock;
    private readonly Action _collect;
    private ITimer? _timer;
    private long _highest;
    private int _low;
    private int _pause;

    public MemoryReclaimer(UploadBudget uploads, AnswerBudget answers, TimeProvider clock)
        : this(() => uploads.Held + answers.Held, clock, Collect)
    {
    }

    /// <param name="held">Bytes of requests and answers held now.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="collect">Returns memory to the system.</param>
    internal MemoryReclaimer(Func<long> held, TimeProvider clock, Action collect) =>
        (_held, _clock, _collect) = (held, clock, collect);

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

    // Only this kind gives memory back to the system at once. It stops the process for some tenths of a second, once a
    // flood.
    private static void Collect() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Look()
    {
        var held = _held();
        _highest = Math.Max(_highest, held);
        _low = _highest >= Flood && held <= _highest / Ebb ? _low + 1 : 0;
        _pause = Math.Max(0, _pause - 1);
        if (_low >= LowLooks && _pause == 0)
        {
            (_highest, _low, _pause) = (held, 0, Pause);
            _collect();
        }
    }
}
