namespace Segmentation.Projects.Storage;

/// <summary>Times as the record keeps them, so that an answer before a commit is equal to one after it.</summary>
internal static class StoredTime
{
    /// <summary>The time now, in whole milliseconds.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider clock) => Of(clock.GetUtcNow());

    /// <summary>A time without what is below a millisecond.</summary>
    public static DateTimeOffset Of(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
