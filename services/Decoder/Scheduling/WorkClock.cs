namespace Segmentation.Decoder.Scheduling;

/// <summary>Time that a thread gives to a kind of work. Not safe for concurrent use.</summary>
internal sealed class WorkClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _away;

    /// <summary>Time since the clock was made, without what went to something else.</summary>
    public TimeSpan Now => time.GetElapsedTime(_start) - _away;

    /// <summary>This time went to something else.</summary>
    public void Skip(TimeSpan duration) => _away += duration;
}
