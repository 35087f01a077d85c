using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>
/// Tells whose annotations a job draws: those of replica and ground-truth jobs are the job's own, all others the
/// picture's.
/// </summary>
internal static class PictureLayers
{
    /// <summary>The number that annotations carry: the job's, or 0 for the picture's own.</summary>
    /// <param name="db">The record.</param>
    /// <param name="project">The project.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="job">The job; 0: none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">NOT_FOUND: the project has no such job, or the job has no such picture.</exception>
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
        return kind switch
        {
            null => throw ProjectProblem.NotFound(
                nameof(Job), $"{job}", $"The project has no job {job} with the picture {picture}."),
            JobKind.Replica or JobKind.GroundTruth => job,
            _ => 0,
        };
    }
}
