using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>A job.</summary>
internal sealed class JobRow
{
    /// <summary>Number, given by the database.</summary>
    public long Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>Name.</summary>
    public required string Name { get; set; }

    /// <summary>Task.</summary>
    public JobKind Kind { get; set; }

    /// <summary>State.</summary>
    public JobState State { get; set; }

    /// <summary>Subject who does it, or empty.</summary>
    public required string Assignee { get; set; }

    /// <summary>Time by which it should be done.</summary>
    public DateTimeOffset? DueTime { get; set; }

    /// <summary>Greater with every change.</summary>
    public long Revision { get; set; }

    /// <summary>Pictures.</summary>
    public int PictureCount { get; set; }

    /// <summary>Pictures done or passed over.</summary>
    public int FinishedCount { get; set; }

    /// <summary>Active milliseconds in all.</summary>
    public long ActiveMs { get; set; }

    /// <summary>First of the jobs that one request created; 0: this job is the first.</summary>
    public long ParentId { get; set; }

    /// <summary>Seed of the draw, or 0.</summary>
    public long Seed { get; set; }

    /// <summary>Id of the request that created it; the first of its jobs has it.</summary>
    public Guid? RequestId { get; set; }

    /// <summary>Time of creation.</summary>
    public DateTimeOffset CreateTime { get; set; }
}
