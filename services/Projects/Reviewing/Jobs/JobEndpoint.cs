using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Serves <see cref="JobService"/>.</summary>
internal sealed class JobEndpoint(
    ProjectAccess access, IProjectsDbFactory databases, JobFinisher finisher, TimeProvider clock)
    : JobService.JobServiceBase
{
    /// <inheritdoc/>
    public override async Task<CreateJobResponse> CreateJob(CreateJobRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        JobPlan.Check(request);
        var due = RequestTimes.Read("due_time", request.DueTime);
        var id = ProjectAccess.ParseRequestId(request.RequestId);
        var pictures = await databases.ReadAsync(
            (db, token) => SeededDraw.DrawAsync(
                JobPlan.Named(db.UsablePictures(grant.ProjectId, request.Filter), request.Pictures)
                    .Select(picture => picture.Id).AsAsyncEnumerable(),
                request.Sample == 0 ? JobPlan.MaxPictures + 1 : request.Sample,
                request.Seed,
                token),
            context.CancellationToken);
        CheckPictures(pictures.Count);
        var jobs = await databases.WriteAsync(
            async (db, token) =>
            {
                await db.LockProjectAsync(grant.ProjectId, token);
                var before = await JobBook.CreatedBeforeAsync(db, grant.ProjectId, id, token);
                return before.Count > 0 ? before : await AddAsync(db, grant, request, due, id, pictures, token);
            },
            context.CancellationToken,
            repeatable: id is not null);
        return new CreateJobResponse { Jobs = { jobs.Select(JobMessages.Of) } };
    }

    /// <inheritdoc/>
    public override async Task<Job> GetJob(GetJobRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await databases.ReadAsync(
            async (db, token) => JobMessages.Of(await JobBook.GetAsync(db.Jobs, grant.ProjectId, request.Job, token)),
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var size = Pages.SizeOf(request.PageSize);
        var before = Pages.Number(request, request.PageToken) ?? long.MaxValue;
        var rows = await databases.ReadAsync(
            (db, token) => db.Jobs
                .Where(row => row.ProjectId == grant.ProjectId && row.Id < before)
                .Where(row => request.Kind == JobKind.Unspecified || row.Kind == request.Kind)
                .Where(row => request.State == JobState.Unspecified || row.State == request.State)
                .Where(row => request.Assignee == "" || row.Assignee == request.Assignee)
                .OrderByDescending(row => row.Id).Take(size + 1).ToListAsync(token),
            context.CancellationToken);
        return new ListJobsResponse
        {
            Jobs = { rows.Take(size).Select(JobMessages.Of) },
            NextPageToken = rows.Count > size ? Pages.Token(request, rows[size - 1].Id) : "",
        };
    }

    /// <inheritdoc/>
    public override async Task<Job> UpdateJob(UpdateJobRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        var job = request.Job ?? throw ProjectProblem.Invalid("job", "is missing");
        var mask = JobChanges.MaskOf(request);
        return await databases.WriteAsync(
            async (db, token) =>
            {
                await db.LockProjectAsync(grant.ProjectId, token);
                var row = await JobBook.GetAsync(db.Jobs.AsTracking(), grant.ProjectId, job.Id, token);
                if (grant.Role < Role.Manager && (row.Assignee != grant.Subject || !mask.IsOnly("state")))
                {
                    throw ProjectAccess.Denied(grant, Role.Manager);
                }

                if (job.Revision != 0 && job.Revision != row.Revision)
                {
                    throw ProjectProblem.Conflict(
                        JobMessages.Of(row),
                        $"Job {job.Id} has revision {row.Revision} by now, not {job.Revision}. Look at it, and change "
                            + "it on that revision.");
                }

                JobChanges.Apply(row, job, mask);
                row.Revision++;
                return JobMessages.Of(row);
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Empty> FinishJobPicture(FinishJobPictureRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        await finisher.FinishAsync(grant, request, context.CancellationToken);
        return new Empty();
    }

    private static void CheckPictures(int count)
    {
        if (count == 0)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "NO_PICTURES",
                "No picture of the project matches the filter, or all that do are excluded: there is nothing to do in "
                    + "this job. Change the filter or add pictures.");
        }

        if (count > JobPlan.MaxPictures)
        {
            throw ProjectProblem.Invalid(
                "filter",
                $"matches more than {JobPlan.MaxPictures} pictures, the most of one request; set sample, or a narrower "
                    + "filter");
        }
    }

    private async Task<IReadOnlyList<JobRow>> AddAsync(
        ProjectsDb db,
        ProjectGrant grant,
        CreateJobRequest request,
        DateTimeOffset? due,
        Guid? id,
        IReadOnlyList<long> pictures,
        CancellationToken cancellationToken)
    {
        var jobs = new List<JobRow>();
        foreach (var (assignee, own) in JobPlan.Deal(request, grant.Settings, pictures))
        {
            var job = JobBook.New(grant.ProjectId, request.Name, request.Kind, assignee, clock.Now());
            job.DueTime = due;
            job.Seed = request.Sample == 0 ? 0 : request.Seed;
            (job.RequestId, job.ParentId) = jobs is [var first, ..] ? ((Guid?)null, first.Id) : (id, 0);
            jobs.Add(await JobBook.AddAsync(db, job, own, cancellationToken));
        }

        return jobs;
    }
}
