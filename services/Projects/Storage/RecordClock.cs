namespace Segmentation.Projects.Storage;

/// <summary>The time as the record keeps it.</summary>
internal static class RecordClock
{
    /// <summary>
    /// Now, in whole milliseconds (<see cref="UnixMilliseconds"/>): an answer that is made of a new row equals the
    /// answer that is made of the same row when it is read again.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider clock) => Of(clock.GetUtcNow());

    /// <summary>A time without what is below a millisecond.</summary>
    public static DateTimeOffset Of(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
