using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Reviewing.Jobs;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing;

/// <summary>Compares replicas with each other, or what is drawn on pictures with its ground truth.</summary>
internal sealed class AgreementReader(IProjectsDbFactory databases)
{
    /// <summary>Makes the report of a job of replicas or of ground truth, picture by picture.</summary>
    /// <exception cref="RpcException">NOT_FOUND: no such job. FAILED_PRECONDITION: a job of another kind.</exception>
    public Task<AgreementReport> ReadAsync(ProjectGrant grant, long job, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            async (db, token) =>
            {
                var row = await JobBook.GetAsync(db.Jobs, grant.ProjectId, job, token);
                var agreement = new AgreementTally(ReplicaComparison.LeastIoU(grant.Settings));
                switch (row.Kind)
                {
                    case JobKind.Replica:
                        await AddReplicasAsync(db, row, agreement, token);
                        break;
                    case JobKind.GroundTruth:
                        await AddTruthAsync(db, row, agreement, token);
                        break;
                    default:
                        throw ProjectProblem.Of(
                            StatusCode.FailedPrecondition,
                            "NOT_COMPARABLE",
                            $"Job {job} is neither of replicas nor of ground truth: there is nothing to compare.");
                }

                return agreement.ToReport(token);
            },
            cancellationToken);

    private static async Task AddReplicasAsync(
        ProjectsDb db, JobRow job, AgreementTally agreement, CancellationToken cancellationToken)
    {
        var siblings = await ReplicaComparison.SiblingsAsync(db, job, cancellationToken);
        var done = await db.JobPictures
            .Where(one => siblings.Contains(one.JobId) && one.State == JobPictureState.Done)
            .OrderBy(one => one.PictureId).ThenBy(one => one.JobId)
            .Select(one => new { one.PictureId, one.JobId }).ToListAsync(cancellationToken);
        foreach (var picture in done.GroupBy(one => one.PictureId).Where(group => group.Count() > 1))
        {
            var masks = await DrawnMasks.OfJobsAsync(
                db, picture.Key, [.. picture.Select(one => one.JobId)], cancellationToken);
            agreement.Add(picture.Key, masks, cancellationToken);
        }
    }

    private static async Task AddTruthAsync(
        ProjectsDb db, JobRow job, AgreementTally agreement, CancellationToken cancellationToken)
    {
        var pictures = await db.JobPictures
            .Where(one => one.JobId == job.Id && one.State == JobPictureState.Done)
            .OrderBy(one => one.PictureId).Select(one => one.PictureId).ToListAsync(cancellationToken);
        foreach (var picture in pictures)
        {
            var masks = await DrawnMasks.OfJobsAsync(db, picture, [job.Id, 0], cancellationToken);
            agreement.AddTruth(picture, masks[0], masks[1], cancellationToken);
        }
    }
}
