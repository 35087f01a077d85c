namespace Segmentation.Gateway.Telemetry;

/// <summary>
/// Decides when a line about something that is away is due: when it goes, once a minute while it stays away, and when
/// it comes back. For one caller at a time.
/// </summary>
internal sealed class OutageLog(TimeProvider clock)
{
    private static readonly TimeSpan _repeat = TimeSpan.FromMinutes(1);
    private long? _said;

    /// <summary>Takes over how things are now.</summary>
    /// <param name="isAway">Whether it is away.</param>
    /// <returns>What to say.</returns>
    public OutageNews Next(bool isAway)
    {
        if (!isAway)
        {
            var wasAway = _said is not null;
            _said = null;
            return wasAway ? OutageNews.Back : OutageNews.None;
        }

        if (_said is { } said && clock.GetElapsedTime(said) < _repeat)
        {
            return OutageNews.None;
        }

        _said = clock.GetTimestamp();
        return OutageNews.Away;
    }
}
