using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A picture of a project.</summary>
internal sealed class PictureRow
{
    /// <summary>Number, given by the database; greater for pictures that were added later.</summary>
    public long Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>File name with its folders, unique in the project among pictures that are not deleted.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the file, 32 bytes.</summary>
    public required byte[] Sha256 { get; set; }

    /// <summary>Width of the upright picture in pixels.</summary>
    public int Width { get; set; }

    /// <summary>Height of the upright picture in pixels.</summary>
    public int Height { get; set; }

    /// <summary>Size of the file.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Media type of the file.</summary>
    public required string MediaType { get; set; }

    /// <summary>Orientation in the file, 1 to 8.</summary>
    public int ExifOrientation { get; set; }

    /// <summary>Attributes as a JSON object, or empty.</summary>
    public required string AttributesJson { get; set; }

    /// <summary>Part of the dataset.</summary>
    public Split Split { get; set; }

    /// <summary>State of the work.</summary>
    public PictureState State { get; set; }

    /// <summary>Greater numbers are handed out first.</summary>
    public int Priority { get; set; }

    /// <summary>Reason for which it is left out, or empty.</summary>
    public required string ExcludedReason { get; set; }

    /// <summary>Number of its last operation.</summary>
    public long Revision { get; set; }

    /// <summary>Annotations that are neither deleted nor proposals.</summary>
    public int AnnotationCount { get; set; }

    /// <summary>Proposals that wait.</summary>
    public int ProposalCount { get; set; }

    /// <summary>Annotations whose last verdict is unsatisfactory.</summary>
    public int UnsatisfactoryCount { get; set; }

    /// <summary>Open issues.</summary>
    public int OpenIssueCount { get; set; }

    /// <summary>Mean predicted IoU of its masks that have one, or 0.</summary>
    public float MeanPredictedIou { get; set; }

    /// <summary>Sum of which <see cref="MeanPredictedIou"/> is the mean.</summary>
    public double PredictedIouSum { get; set; }

    /// <summary>Number of masks in <see cref="PredictedIouSum"/>.</summary>
    public int PredictedIouCount { get; set; }

    /// <summary>Agreement of its replicas, 0 to 1, or 0.</summary>
    public float Agreement { get; set; }

    /// <summary>Place in the random order of the project, made from its seed.</summary>
    public int RandomKey { get; set; }

    /// <summary>Its source; 0: uploaded.</summary>
    public long SourceId { get; set; }

    /// <summary>Path of the file within its source, or empty.</summary>
    public required string SourcePath { get; set; }

    /// <summary>Time at which it was added.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time of the last change.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Time of deletion; null: not deleted.</summary>
    public DateTimeOffset? DeleteTime { get; set; }
}
