using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>An import, an export, a backup or a restoration.</summary>
internal sealed class TransferRow
{
    /// <summary>Number, given by the database.</summary>
    public long Id { get; set; }

    /// <summary>The project; of a restoration the new one.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Tenant.</summary>
    public required string Tenant { get; set; }

    /// <summary>Kind.</summary>
    public TransferKind Kind { get; set; }

    /// <summary>State.</summary>
    public TransferState State { get; set; }

    /// <summary>Format.</summary>
    public required string Format { get; set; }

    /// <summary>The request that started it, as a protocol buffer.</summary>
    public required byte[] Request { get; set; }

    /// <summary>Place from which it goes on after a restart; the form is the transfer's own.</summary>
    public required string Cursor { get; set; }

    /// <summary>Items in all, or 0.</summary>
    public long ItemCount { get; set; }

    /// <summary>Items done.</summary>
    public long DoneCount { get; set; }

    /// <summary>Annotations read or written.</summary>
    public long AnnotationCount { get; set; }

    /// <summary>Items left out.</summary>
    public long ErrorCount { get; set; }

    /// <summary>Reason for which it failed, or empty.</summary>
    public required string Reason { get; set; }

    /// <summary>Key of the result in the object store, or empty.</summary>
    public required string ObjectKey { get; set; }

    /// <summary>Size of the result.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Name for the result's file.</summary>
    public required string FileName { get; set; }

    /// <summary>Id of the request that started it.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>Subject who started it.</summary>
    public required string Creator { get; set; }

    /// <summary>Process that works on it, or empty.</summary>
    public required string Owner { get; set; }

    /// <summary>Time at which the claim of its owner ends.</summary>
    public DateTimeOffset? ClaimUntil { get; set; }

    /// <summary>Time of the start.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time of the end.</summary>
    public DateTimeOffset? EndTime { get; set; }

    /// <summary>Time at which the result is deleted.</summary>
    public DateTimeOffset? ExpireTime { get; set; }
}
