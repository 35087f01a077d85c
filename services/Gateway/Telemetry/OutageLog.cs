namespace Segmentation.Gateway.Telemetry;

/// <summary>
/// Decides when a line about an outage is due: at its beginning, once a minute while it lasts, and at its end. For one
/// caller at a time.
/// </summary>
internal sealed class OutageLog(TimeProvider clock)
{
    private static readonly TimeSpan _repeat = TimeSpan.FromMinutes(1);
    private long? _said;

    /// <summary>Takes over the present state.</summary>
    /// <param name="isAway">True while the other side is away.</param>
    /// <returns>The line that is due.</returns>
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

/// <summary>A line of the log that is due about an outage.</summary>
internal enum OutageNews
{
    /// <summary>No line.</summary>
    None,

    /// <summary>The other side is away.</summary>
    Away,

    /// <summary>The other side is back.</summary>
    Back,
}
