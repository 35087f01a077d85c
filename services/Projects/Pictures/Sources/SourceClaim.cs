namespace Segmentation.Projects.Pictures.Sources;

/// <summary>A source that this process indexes.</summary>
/// <param name="SourceId">The source.</param>
/// <param name="ProjectId">Its project.</param>
/// <param name="Tenant">Tenant of the project.</param>
/// <param name="Uri">Address of the source.</param>
/// <param name="Cursor">Last file that was looked at, or empty.</param>
internal sealed record SourceClaim(long SourceId, Guid ProjectId, string Tenant, string Uri, string Cursor)
{
    /// <summary>
    /// Time at which the claim ends, as the record has it: whoever wrote another time owns the source now.
    /// </summary>
    public DateTimeOffset Until
    {
        get;
        // The record keeps milliseconds.
        set => field = DateTimeOffset.FromUnixTimeMilliseconds(value.ToUnixTimeMilliseconds());
    }
}
