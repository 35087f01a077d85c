namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Time that may be spent waiting, taken in pieces: the time in which an encoder worked on the image does not count.
/// </summary>
/// <param name="whole">How much there is.</param>
/// <param name="clock">The clock.</param>
internal sealed class PausableTimeout(TimeSpan whole, TimeProvider clock)
{
    private TimeSpan _spent;
    private long? _begin;

    /// <summary>The time that is left; zero or less when all of it is spent.</summary>
    public TimeSpan Left => whole - _spent - Running;

    private TimeSpan Running => _begin is { } begin ? clock.GetElapsedTime(begin) : TimeSpan.Zero;

    /// <summary>A piece begins.</summary>
    public void Begin() => _begin = clock.GetTimestamp();

    /// <summary>The piece ends and counts.</summary>
    public void End()
    {
        _spent += Running;
        _begin = null;
    }

    /// <summary>The piece so far does not count, what follows does.</summary>
    public void Forget() => Begin();
}
