using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A verdict.</summary>
internal sealed class VerdictRow
{
    /// <summary>Id, made by the client.</summary>
    public required Guid Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>The picture.</summary>
    public long PictureId { get; set; }

    /// <summary>The annotation.</summary>
    public required Guid AnnotationId { get; set; }

    /// <summary>Revision that was judged.</summary>
    public long AnnotationRevision { get; set; }

    /// <summary>The verdict.</summary>
    public VerdictKind Kind { get; set; }

    /// <summary>Note for the annotator, or empty.</summary>
    public required string Note { get; set; }

    /// <summary>Subject.</summary>
    public required string Reviewer { get; set; }

    /// <summary>Time.</summary>
    public DateTimeOffset CreateTime { get; set; }
}
