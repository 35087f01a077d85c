namespace Segmentation.Projects.Storage.Rows;

/// <summary>A part of an upload that has arrived.</summary>
internal sealed class UploadPartRow
{
    /// <summary>The upload.</summary>
    public required Guid UploadId { get; set; }

    /// <summary>First byte within the file.</summary>
    public required long Offset { get; set; }

    /// <summary>Size in bytes.</summary>
    public long SizeBytes { get; set; }

    /// <summary>
    /// Key in the object store: two attempts to send one part write two objects, and one of them counts.
    /// </summary>
    public required string ObjectKey { get; set; }
}
