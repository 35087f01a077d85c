namespace Segmentation.Projects.Storage.Rows;

/// <summary>A file that arrives in parts, for an import.</summary>
internal sealed class UploadRow
{
    /// <summary>Id, made from the tenant and the id that clients name.</summary>
    public required Guid Id { get; set; }

    /// <summary>Tenant.</summary>
    public required string Tenant { get; set; }

    /// <summary>The project; null: for a restoration.</summary>
    public Guid? ProjectId { get; set; }

    /// <summary>Name of the file.</summary>
    public required string FileName { get; set; }

    /// <summary>Size as announced.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Bytes that have arrived.</summary>
    public long ReceivedBytes { get; set; }

    /// <summary>All has arrived.</summary>
    public bool Complete { get; set; }

    /// <summary>Time of creation.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time at which it is deleted.</summary>
    public DateTimeOffset ExpireTime { get; set; }
}
