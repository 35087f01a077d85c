namespace Segmentation.Projects.Storage.Rows;

/// <summary>
/// A change of an annotation. The state after it is the state before the next one of the same annotation, or the
/// annotation itself.
/// </summary>
internal sealed class OperationRow
{
    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>Number within the picture, from 1 without gaps.</summary>
    public required long Sequence { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Id made by the client, unique in the project.</summary>
    public required Guid ClientId { get; set; }

    /// <summary>The annotation.</summary>
    public required Guid AnnotationId { get; set; }

    /// <summary>Kind of change.</summary>
    public OperationKind Kind { get; set; }

    /// <summary>Revision of the annotation before the change; 0: it was created.</summary>
    public long BaseRevision { get; set; }

    /// <summary><c>Annotation</c> before the change as a protocol buffer; null: it was created.</summary>
    public byte[]? Before { get; set; }

    /// <summary>Subject.</summary>
    public required string Author { get; set; }

    /// <summary>Time at which it was applied.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>Time of the change by the client's clock.</summary>
    public DateTimeOffset? ClientTime { get; set; }

    /// <summary>Active milliseconds that it took.</summary>
    public long ActiveMs { get; set; }

    /// <summary>Clicks that it took.</summary>
    public int Clicks { get; set; }
}
