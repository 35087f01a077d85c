namespace Segmentation.Projects.Storage.Rows;

/// <summary>A picture of a run.</summary>
internal sealed class RunPictureRow
{
    /// <summary>The run.</summary>
    public required long RunId { get; set; }

    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>State.</summary>
    public RunPictureState State { get; set; }

    /// <summary>Worker that works on it, or empty.</summary>
    public required string Owner { get; set; }

    /// <summary>
    /// Time at which the claim of its owner ends; while it waits, the time before which it is not begun.
    /// </summary>
    public DateTimeOffset? ClaimUntil { get; set; }

    /// <summary>Times that it was begun.</summary>
    public int Attempts { get; set; }

    /// <summary>Masks written.</summary>
    public int MaskCount { get; set; }

    /// <summary>Reason for which it failed, or empty.</summary>
    public required string Reason { get; set; }

    /// <summary>Time at which it was done or failed.</summary>
    public DateTimeOffset? EndTime { get; set; }
}
