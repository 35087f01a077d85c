namespace Segmentation.Projects.Storage.Rows;

/// <summary>The right of one window to change a picture, or what one job draws on it.</summary>
internal sealed class LeaseRow
{
    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>The job whose own annotations are leased; 0: those of the picture.</summary>
    public required long JobId { get; set; }

    /// <summary>Subject who holds it.</summary>
    public required string Subject { get; set; }

    /// <summary>Window or program that holds it.</summary>
    public required string Holder { get; set; }

    /// <summary>Time at which it ends.</summary>
    public DateTimeOffset Until { get; set; }
}
