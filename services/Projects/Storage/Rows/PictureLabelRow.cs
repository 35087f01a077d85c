namespace Segmentation.Projects.Storage.Rows;

/// <summary>The number of annotations with one label on one picture, by which galleries are filtered.</summary>
internal sealed class PictureLabelRow
{
    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>The label.</summary>
    public required int LabelId { get; set; }

    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>Annotations that are neither deleted nor proposals.</summary>
    public int Count { get; set; }
}
