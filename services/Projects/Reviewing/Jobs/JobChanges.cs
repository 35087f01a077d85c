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
    public static IReadOnlyList<string> PathsOf(UpdateJobRequest request)
    {
        var job = request.Job;
        if (request.UpdateMask?.Paths is not { Count: > 0 } paths)
        {
            return
            [
                .. _all.Where(path => path switch
                {
                    "name" => job.Name.Length > 0,
                    "assignee" => job.Assignee.Length > 0,
                    "due_time" => job.DueTime is not null,
                    _ => job.State != JobState.Unspecified,
                }),
            ];
        }

        return paths.FirstOrDefault(path => !_all.Contains(path)) is { } wrong
            ? throw ProjectProblem.Invalid(
                "update_mask", $"names {ProjectProblem.Quoted(wrong)}; a job has {string.Join(", ", _all)} to change")
            : [.. paths];
    }

    /// <summary>Changes a row.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a value cannot be taken.</exception>
    public static void Apply(JobRow row, Job job, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            switch (path)
            {
                case "name":
                    JobPlan.CheckName(job.Name);
                    row.Name = job.Name;
                    break;
                case "assignee":
                    row.Assignee = job.Assignee;
                    break;
                case "due_time":
                    row.DueTime = job.DueTime?.ToDateTimeOffset();
                    break;
                default:
                    row.State = job.State is not JobState.Unspecified && Enum.IsDefined(job.State)
                        ? job.State
                        : throw ProjectProblem.Invalid("job.state", "is missing or unknown");
                    break;
            }
        }
    }
}
