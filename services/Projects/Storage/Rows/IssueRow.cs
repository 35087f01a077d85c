namespace Segmentation.Projects.Storage.Rows;

/// <summary>A question or a fault, pinned to a place.</summary>
internal sealed class IssueRow
{
    /// <summary>Id, made by the client.</summary>
    public required Guid Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>The picture.</summary>
    public long PictureId { get; set; }

    /// <summary>Annotation that it is about.</summary>
    public Guid? AnnotationId { get; set; }

    /// <summary>Place in pixels, from the left.</summary>
    public double X { get; set; }

    /// <summary>Place in pixels, from the top.</summary>
    public double Y { get; set; }

    /// <summary>Resolved.</summary>
    public bool Resolved { get; set; }

    /// <summary>Time of creation.</summary>
    public DateTimeOffset CreateTime { get; set; }
}
