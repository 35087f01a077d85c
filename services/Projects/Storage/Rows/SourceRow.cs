using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A folder or a bucket whose pictures are indexed and not copied.</summary>
internal sealed class SourceRow
{
    /// <summary>Number, given by the database.</summary>
    public long Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary><c>file:///folder/</c> or <c>s3://bucket/prefix/</c>.</summary>
    public required string Uri { get; set; }

    /// <summary>State of indexing.</summary>
    public SourceState State { get; set; }

    /// <summary>Pictures found.</summary>
    public long PictureCount { get; set; }

    /// <summary>Files passed over.</summary>
    public long ErrorCount { get; set; }

    /// <summary>The first 100 of them with reasons, as a JSON list.</summary>
    public required string ErrorsJson { get; set; }

    /// <summary>Last file looked at, from which indexing goes on after a restart; empty: from the beginning.</summary>
    public required string Cursor { get; set; }

    /// <summary>Time until which one process indexes it.</summary>
    public DateTimeOffset? ClaimUntil { get; set; }

    /// <summary>Time of the last indexing.</summary>
    public DateTimeOffset? IndexTime { get; set; }
}
