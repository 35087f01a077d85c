using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Access;

/// <summary>
/// Tells whose annotations a job draws and leases: those of replica and ground-truth jobs are the job's own, all others
/// the picture's.
/// </summary>
internal static class JobLayers
{
    /// <summary>The number that annotations and leases carry: the job's, or 0 for the picture's own.</summary>
    /// <param name="db">The record.</param>
    /// <param name="project">The project.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="job">The job; 0: none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">
    /// NOT_FOUND: the project has no such job, or the job has no such picture.
    /// </exception>
    public static async Task<long> FindAsync(
        ProjectsDb db, Guid project, long picture, long job, CancellationToken cancellationToken)
    {
        if (job == 0)
        {
            return 0;
        }

        var kind = await db.Jobs.Where(row => row.Id == job && row.ProjectId == project)
            .Where(row => db.JobPictures.Any(one => one.JobId == job && one.PictureId == picture))
            .Select(row => (JobKind?)row.Kind)
            .FirstOrDefaultAsync(cancellationToken);
        return kind is { } found
            ? Of(found, job)
            : throw ProjectProblem.NotFound(
                nameof(Job), $"{job}", $"The project has no job {job} with the picture {picture}.");
    }

    /// <summary>The number for a job of a kind.</summary>
    public static long Of(JobKind kind, long job) => kind is JobKind.Replica or JobKind.GroundTruth ? job : 0;
}
