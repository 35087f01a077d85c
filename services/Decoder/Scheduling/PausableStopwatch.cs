namespace Segmentation.Decoder.Scheduling;

/// <summary>Measures the time that a thread gives to one kind of work. Not safe for concurrent use.</summary>
internal sealed class PausableStopwatch(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _paused;

    /// <summary>Time since the stopwatch was made, without the pauses.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_start) - _paused;

    /// <summary>Counts time that has passed as a pause: it went to other work.</summary>
    public void Pause(TimeSpan duration) => _paused += duration;
}
