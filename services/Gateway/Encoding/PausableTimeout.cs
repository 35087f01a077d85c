namespace Segmentation.Gateway.Encoding;

/// <summary>
/// A time limit that can be paused: the time in which an encoder works on the image does not count.
/// </summary>
/// <param name="whole">The time limit.</param>
/// <param name="clock">The clock.</param>
internal sealed class PausableTimeout(TimeSpan whole, TimeProvider clock)
{
    private TimeSpan _spent;
    private long? _begin;

    /// <summary>Time left; zero or less when the time limit is over.</summary>
    public TimeSpan Left => whole - _spent - Running;

    private TimeSpan Running => _begin is { } begin ? clock.GetElapsedTime(begin) : TimeSpan.Zero;

    /// <summary>Starts to count.</summary>
    public void Begin() => _begin = clock.GetTimestamp();

    /// <summary>Stops; the time since the start counts.</summary>
    public void End()
    {
        _spent += Running;
        _begin = null;
    }

    /// <summary>Starts anew; the time since the last start does not count.</summary>
    public void Forget() => Begin();
}
