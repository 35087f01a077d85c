using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Creates jobs and finds them.</summary>
internal static class JobBook
{
    private const int RowsAtOnce = 5000;

    /// <summary>Finds a job.</summary>
    /// <param name="jobs">The jobs, tracked or not.</param>
    /// <param name="project">The project.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public static async Task<JobRow> GetAsync(
        IQueryable<JobRow> jobs, Guid project, long job, CancellationToken cancellationToken) =>
        await jobs.FirstOrDefaultAsync(row => row.ProjectId == project && row.Id == job, cancellationToken)
            ?? throw ProjectProblem.NotFound("Job", $"{job}");

    /// <summary>Finds the jobs that a request created before; empty: none.</summary>
    public static async Task<IReadOnlyList<JobRow>> CreatedBeforeAsync(
        ProjectsDb db, Guid project, Guid? request, CancellationToken cancellationToken)
    {
        var first = request is null ? null : await db.Jobs.FirstOrDefaultAsync(
            row => row.ProjectId == project && row.RequestId == request, cancellationToken);
        return first is null
            ? []
            : await db.Jobs.Where(row => row.Id == first.Id || row.ParentId == first.Id)
                .OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Adds a job and its pictures to the caller's transaction.</summary>
    /// <returns>The job with its number.</returns>
    public static async Task<JobRow> AddAsync(
        ProjectsDb db, JobRow job, IReadOnlyList<long> pictures, CancellationToken cancellationToken)
    {
        job.PictureCount = pictures.Count;
        db.Jobs.Add(job);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var some in pictures.Chunk(RowsAtOnce))
        {
            var rows = some.Select(picture => new JobPictureRow
            {
                JobId = job.Id, PictureId = picture, State = JobPictureState.Todo, Subject = "",
            }).ToArray();
            db.JobPictures.AddRange(rows);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var row in rows)
            {
                db.Entry(row).State = EntityState.Detached;
            }
        }

        return job;
    }

    /// <summary>A new row, not yet in the record.</summary>
    public static JobRow New(Guid project, string name, JobKind kind, string assignee, DateTimeOffset now) => new()
    {
        ProjectId = project,
        Name = name,
        Kind = kind,
        State = JobState.New,
        Assignee = assignee,
        Revision = 1,
        CreateTime = now,
    };
}
