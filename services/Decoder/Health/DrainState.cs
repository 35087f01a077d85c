namespace Segmentation.Decoder.Health;

/// <summary>State of a silo's drain: whether it has begun, and when the silo was last asked.</summary>
internal sealed class DrainState(TimeProvider clock)
{
    private readonly TimeProvider _clock = clock;
    private volatile bool _hasBegun;
    private int _inFlight;
    private long _lastAsked = clock.GetTimestamp();

    /// <summary>Every reply says so from now on.</summary>
    public bool HasBegun => _hasBegun;

    /// <summary>Requests being answered.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Time since the last request came or was answered.</summary>
    public TimeSpan Quiet =>
        InFlight > 0 ? TimeSpan.Zero : _clock.GetElapsedTime(Interlocked.Read(ref _lastAsked));

    /// <summary>The silo is to end.</summary>
    public void Begin() => _hasBegun = true;

    /// <summary>A request is being answered until the result is disposed.</summary>
    public Request Enter()
    {
        Interlocked.Increment(ref _inFlight);
        return new Request(this);
    }

    private void Leave()
    {
        Interlocked.Exchange(ref _lastAsked, _clock.GetTimestamp());
        Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>A request being answered.</summary>
    internal readonly struct Request(DrainState drain) : IDisposable
    {
        public void Dispose() => drain.Leave();
    }
}
