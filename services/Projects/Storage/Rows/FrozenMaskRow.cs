namespace Segmentation.Projects.Storage.Rows;

/// <summary>A mask as it was when an audit began.</summary>
internal sealed class FrozenMaskRow
{
    /// <summary>The audit.</summary>
    public required long JobId { get; set; }

    /// <summary>The annotation.</summary>
    public required Guid AnnotationId { get; set; }

    /// <summary>The picture.</summary>
    public long PictureId { get; set; }

    /// <summary>Run lengths, as in <see cref="AnnotationRow.Counts"/>.</summary>
    public required byte[] Counts { get; set; }
}
