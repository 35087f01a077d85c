using Google.Protobuf.WellKnownTypes;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Writes rows of jobs as messages.</summary>
internal static class JobMessages
{
    /// <summary>The message of a job.</summary>
    public static Job Of(JobRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Kind = row.Kind,
        State = row.State,
        Assignee = row.Assignee,
        DueTime = row.DueTime is { } due ? Timestamp.FromDateTimeOffset(due) : null,
        Revision = row.Revision,
        PictureCount = row.PictureCount,
        FinishedCount = row.FinishedCount,
        ActiveMs = row.ActiveMs,
        Parent = row.ParentId,
        Seed = row.Seed,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
    };
}
