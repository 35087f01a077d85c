using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Notes that somebody is done with a picture of a job.</summary>
internal sealed class JobFinisher(IProjectsDbFactory databases, ReplicaComparison replicas, TimeProvider clock)
{
    /// <summary>Finishes a picture, or passes it over. Done twice, it is done once; the last word counts.</summary>
    /// <exception cref="RpcException">
    /// NOT_FOUND: no such job, or the picture is not part of it. PERMISSION_DENIED: the job is somebody else's.
    /// INVALID_ARGUMENT: a time below 0.
    /// </exception>
    public async Task FinishAsync(
        ProjectGrant grant, FinishJobPictureRequest request, CancellationToken cancellationToken)
    {
        if (request.ActiveMs < 0)
        {
            throw ProjectProblem.Invalid("active_ms", $"is {request.ActiveMs}; a time is 0 or greater");
        }

        var kind = await databases.WriteAsync(
            (db, token) => WriteAsync(db, grant, request, token), cancellationToken, repeatable: true);
        if (kind == JobKind.Replica)
        {
            await replicas.MeasureAsync(grant, request.Job, request.Picture, cancellationToken);
        }
    }

    private async Task<JobKind> WriteAsync(
        ProjectsDb db, ProjectGrant grant, FinishJobPictureRequest request, CancellationToken cancellationToken)
    {
        // The picture first, as everybody locks it, then the project, under which jobs are counted.
        var picture = await db.LockPictureAsync(grant.ProjectId, request.Picture, cancellationToken)
            ?? throw ProjectProblem.NotFound("Picture", $"{request.Picture}");
        await db.LockProjectAsync(grant.ProjectId, cancellationToken);
        var job = await JobBook.GetAsync(db.Jobs.AsTracking(), grant.ProjectId, request.Job, cancellationToken);
        if (job.Assignee.Length > 0 && job.Assignee != grant.Subject && grant.Role < Role.Manager)
        {
            throw ProjectProblem.Of(
                StatusCode.PermissionDenied,
                "JOB_OF_ANOTHER",
                $"Job {job.Id} belongs to {ProjectProblem.Quoted(job.Assignee)}. A manager of the project can give it "
                    + "to you.");
        }

        var row = await db.JobPictures.AsTracking().FirstOrDefaultAsync(
                row => row.JobId == job.Id && row.PictureId == request.Picture, cancellationToken)
            ?? throw ProjectProblem.NotFound(
                "Picture", $"{request.Picture}", $"Picture {request.Picture} is no part of job {job.Id}.");
        job.FinishedCount += row.State == JobPictureState.Todo ? 1 : 0;
        job.ActiveMs += request.ActiveMs;
        job.State = job.State == JobState.Cancelled ? JobState.Cancelled
            : job.FinishedCount >= job.PictureCount ? JobState.Done
            : JobState.InProgress;
        row.State = request.Skip ? JobPictureState.Skipped : JobPictureState.Done;
        row.Subject = grant.Subject;
        row.ActiveMs += request.ActiveMs;
        row.FinishTime = clock.Now();
        if (!request.Skip && job.Kind is (JobKind.Annotate or JobKind.Complete or JobKind.Review))
        {
            picture.State = job.Kind == JobKind.Review
                ? picture.UnsatisfactoryCount > 0 ? PictureState.ToRevisit : PictureState.Accepted
                : ReviewDraw.StateOfFinished(grant.Settings, picture.Id);
            picture.UpdateTime = clock.Now();
        }

        return job.Kind;
    }
}
