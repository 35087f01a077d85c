using System.Diagnostics;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// Ends the process when an input does not come to an end; the process that started it has the input.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly Timer _timer;
    private long _begun = Stopwatch.GetTimestamp();

    public Watchdog() => _timer = new Timer(_ => Look(), null, _period, _period);

    /// <summary>Begins to wait for the next input.</summary>
    public void Begin() => Volatile.Write(ref _begun, Stopwatch.GetTimestamp());

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _begun)) > _patience)
        {
            Environment.FailFast($"An input did not come to an end within {_patience.TotalSeconds:0} s.");
        }
    }
}
