using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>
/// Tells what a job's lease covers: replicas and ground truth lie beside the picture's own annotations.
/// </summary>
internal static class JobLayers
{
    /// <summary>Number under which the job leases a picture: the job's, or 0 for the picture itself.</summary>
    /// <exception cref="RpcException">NOT_FOUND: no such job, or the job has no such picture.</exception>
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

    /// <summary>Number under which a job of a kind leases pictures.</summary>
    public static long Of(JobKind kind, long job) => kind is JobKind.Replica or JobKind.GroundTruth ? job : 0;
}
