using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A run of a model over pictures.</summary>
internal sealed class RunRow
{
    /// <summary>Number, given by the database.</summary>
    public long Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Tenant that pays.</summary>
    public required string Tenant { get; set; }

    /// <summary>Stage.</summary>
    public RunStage Stage { get; set; }

    /// <summary>State.</summary>
    public RunState State { get; set; }

    /// <summary>Name of the preset.</summary>
    public required string Preset { get; set; }

    /// <summary>Complete <c>EverythingOptions</c> as a protocol buffer.</summary>
    public required byte[] Options { get; set; }

    /// <summary>Id of the model.</summary>
    public required string Model { get; set; }

    /// <summary>Digest of the model, or empty before the first answer.</summary>
    public required string ModelDigest { get; set; }

    /// <summary>Label of the masks; 0: none.</summary>
    public int LabelId { get; set; }

    /// <summary><c>StartRunRequest</c> with its pictures and its filter alone, as a protocol buffer.</summary>
    public required byte[] Selection { get; set; }

    /// <summary>
    /// Greatest id that a picture of the project had when the run began: later ones are not of the run.
    /// </summary>
    public long LastPictureId { get; set; }

    /// <summary>
    /// Progress of writing the run's pictures: the last id taken from the filter, or the number of ids taken from the
    /// list.
    /// </summary>
    public long SelectedTo { get; set; }

    /// <summary>True when all pictures of the run are written.</summary>
    public bool IsSelected { get; set; }

    /// <summary>Pictures; grows until <see cref="IsSelected"/>.</summary>
    public long PictureCount { get; set; }

    /// <summary>Pictures done.</summary>
    public long DoneCount { get; set; }

    /// <summary>Pictures that failed.</summary>
    public long FailedCount { get; set; }

    /// <summary>Masks written.</summary>
    public long MaskCount { get; set; }

    /// <summary>Pictures a second over the last minute before <see cref="RateTime"/>, or 0.</summary>
    public double PicturesPerSecond { get; set; }

    /// <summary>Time at which <see cref="PicturesPerSecond"/> was found.</summary>
    public DateTimeOffset? RateTime { get; set; }

    /// <summary>Reason for which it waits or failed, or empty.</summary>
    public required string Reason { get; set; }

    /// <summary>Id of the request that started it.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>Subject who started it.</summary>
    public required string Creator { get; set; }

    /// <summary>Time of the start.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time of the end.</summary>
    public DateTimeOffset? EndTime { get; set; }
}
