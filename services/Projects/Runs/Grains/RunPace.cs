namespace Segmentation.Projects.Runs.Grains;

/// <summary>Speed of a run over the last minute, from its count at moments.</summary>
internal sealed class RunPace(TimeProvider clock)
{
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(5);
    private readonly Queue<(long Time, long Count)> _moments = [];
    private long _said;

    /// <summary>Takes the count of this moment.</summary>
    /// <param name="count">Pictures done and failed.</param>
    /// <returns>Pictures a second, every five seconds; null: nothing new can be said.</returns>
    public double? Take(long count)
    {
        var now = clock.GetTimestamp();
        while (_moments.Count > 1 && clock.GetElapsedTime(_moments.Peek().Time, now) > _window)
        {
            _moments.Dequeue();
        }

        // Pictures that failed and are begun again make the count smaller.
        while (_moments.Count > 0 && _moments.Peek().Count > count)
        {
            _moments.Dequeue();
        }

        _moments.Enqueue((now, count));
        var (first, before) = _moments.Peek();
        var elapsed = clock.GetElapsedTime(first, now);
        if (elapsed < _shortest || (_said != 0 && clock.GetElapsedTime(_said, now) < _shortest))
        {
            return null;
        }

        _said = now;
        return (count - before) / elapsed.TotalSeconds;
    }
}
