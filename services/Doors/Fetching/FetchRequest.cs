namespace Segmentation.Doors.Fetching;

/// <summary>Something to fetch.</summary>
/// <param name="Address">Its address.</param>
public sealed record FetchRequest(Uri Address)
{
    /// <summary>Value of <c>Authorization</c>; sent to the origin of <see cref="Address"/> alone. Null: none.</summary>
    public string? Authorization { get; init; }

    /// <summary>True where a redirect may lead to another allowed host.</summary>
    public bool MayLeaveHost { get; init; }

    /// <summary>JSON to send by POST; null: GET.</summary>
    public byte[]? Json { get; init; }
}
