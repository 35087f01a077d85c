namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Time that may be spent waiting, taken in pieces: the time in which an encoder worked on the image does not count.
/// </summary>
/// <param name="whole">How much there is.</param>
/// <param name="time">The clock.</param>
internal sealed class Patience(TimeSpan whole, TimeProvider time)
{
    private TimeSpan _spent;
    private long? _begin;

    /// <summary>The time that is left; zero or less when all of it is spent.</summary>
    public TimeSpan Left => whole - _spent - Running;

    private TimeSpan Running => _begin is { } begin ? time.GetElapsedTime(begin) : TimeSpan.Zero;

    /// <summary>A piece begins.</summary>
    public void Begin() => _begin = time.GetTimestamp();

    /// <summary>The piece ends and counts.</summary>
    public void End()
    {
        _spent += Running;
        _begin = null;
    }

    /// <summary>The piece so far does not count, what follows does.</summary>
    public void Forget() => Begin();
}
