namespace Segmentation.Projects.Storage.Rows;

/// <summary>A picture of a job.</summary>
internal sealed class JobPictureRow
{
    /// <summary>The job.</summary>
    public required long JobId { get; set; }

    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>State.</summary>
    public JobPictureState State { get; set; }

    /// <summary>Subject who finished it, or empty.</summary>
    public required string Subject { get; set; }

    /// <summary>Active milliseconds spent on it.</summary>
    public long ActiveMs { get; set; }

    /// <summary>Time at which it was finished.</summary>
    public DateTimeOffset? FinishTime { get; set; }
}
