using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Applies UpdateJob to a row.</summary>
internal static class JobChanges
{
    private static readonly string[] _all = ["name", "assignee", "due_time", "state"];

    /// <summary>Fields to change: those of the mask, or those that are set.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a path cannot be changed.</exception>
    public static UpdateMask MaskOf(UpdateJobRequest request)
    {
        var job = request.Job;
        return UpdateMask.Of<Job>(
            request.UpdateMask,
            _all,
            _all.Where(path => path switch
            {
                "name" => job.Name.Length > 0,
                "assignee" => job.Assignee.Length > 0,
                "due_time" => job.DueTime is not null,
                _ => job.State != JobState.Unspecified,
            }));
    }

    /// <summary>Changes a row.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a value cannot be taken.</exception>
    public static void Apply(JobRow row, Job job, UpdateMask mask)
    {
        if (mask.Has("name"))
        {
            JobPlan.CheckName("job.name", job.Name);
            row.Name = job.Name;
        }

        if (mask.Has("assignee"))
        {
            JobPlan.CheckAssignee("job.assignee", job.Assignee);
            row.Assignee = job.Assignee;
        }

        if (mask.Has("due_time"))
        {
            row.DueTime = RequestTimes.Read("job.due_time", job.DueTime);
        }

        if (mask.Has("state"))
        {
            row.State = job.State is not JobState.Unspecified && Enum.IsDefined(job.State)
                ? job.State
                : throw ProjectProblem.Invalid("job.state", "is missing or unknown");
        }
    }
}
