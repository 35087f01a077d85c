using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Reviewing.Jobs;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Audits;

/// <summary>
/// Measures masks as the SAM paper did (section 5): pictures are drawn, their masks are frozen, people correct every
/// mask, and the frozen masks are compared with the corrected ones.
/// </summary>
internal sealed class Auditor(IProjectsDbFactory databases, TimeProvider clock)
{
    private const int UsualSample = 500;
    private const int MaxSample = 10_000;

    /// <summary>Draws pictures, freezes their masks, and creates the job in which they are corrected.</summary>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT with the field. FAILED_PRECONDITION: no picture with a mask matches the filter.
    /// </exception>
    public async Task<Job> CreateAsync(
        ProjectGrant grant, CreateAuditRequest request, CancellationToken cancellationToken)
    {
        JobPlan.CheckName("name", request.Name);
        JobPlan.CheckAssignee("assignee", request.Assignee);
        var sample = request.Sample == 0 ? UsualSample : request.Sample;
        if (sample is < 1 or > MaxSample)
        {
            throw ProjectProblem.Invalid(
                "sample", $"is {sample}; 1 to {MaxSample} pictures are allowed, 0 means {UsualSample}");
        }

        var id = ProjectAccess.ParseRequestId(request.RequestId);
        var pictures = await databases.ReadAsync(
            (db, token) => SeededDraw.DrawAsync(
                db.UsablePictures(grant.ProjectId, request.Filter)
                    .Where(picture => picture.AnnotationCount > 0)
                    .Select(picture => picture.Id).AsAsyncEnumerable(),
                sample,
                request.Seed,
                token),
            cancellationToken);
        if (pictures.Count == 0)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "NO_PICTURES",
                "No picture with a mask matches the filter: there is nothing to audit. Change the filter, or annotate "
                    + "first.");
        }

        return await databases.WriteAsync(
            async (db, token) =>
            {
                await db.LockProjectAsync(grant.ProjectId, token);
                var before = await JobBook.CreatedBeforeAsync(db, grant.ProjectId, id, token);
                return JobMessages.Of(
                    before is [var job] ? job : await AddAsync(db, grant, request, id, pictures, token));
            },
            cancellationToken,
            repeatable: id is not null);
    }

    /// <summary>Compares the masks of the pictures that people are done with.</summary>
    /// <exception cref="RpcException">NOT_FOUND: no such job, or the job is no audit.</exception>
    public Task<AuditReport> ReportAsync(ProjectGrant grant, long job, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            async (db, token) =>
            {
                var row = await JobBook.GetAsync(
                    db.Jobs.Where(row => row.Kind == JobKind.Audit), grant.ProjectId, job, token);
                var finished = await db.JobPictures
                    .Where(one => one.JobId == job && one.State == JobPictureState.Done)
                    .OrderBy(one => one.PictureId).Select(one => one.PictureId).ToListAsync(token);
                var report = new AuditReport { PictureCount = row.PictureCount, FinishedCount = finished.Count };
                var pairs = new PairReport();
                foreach (var picture in finished)
                {
                    pairs.Add(await CompareAsync(db, row, picture, report, token));
                }

                pairs.WriteTo(report, token);
                return report;
            },
            cancellationToken);

    private static async Task<IReadOnlyList<double>> CompareAsync(
        ProjectsDb db, JobRow job, long picture, AuditReport report, CancellationToken cancellationToken)
    {
        var size = await db.Pictures.Where(row => row.Id == picture)
            .Select(row => new { row.Width, row.Height }).FirstAsync(cancellationToken);
        var frozen = await db.FrozenMasks
            .Where(row => row.JobId == job.Id && row.PictureId == picture)
            .OrderBy(row => row.AnnotationId).ToListAsync(cancellationToken);
        var current = await db.Annotations
            .Where(row => row.PictureId == picture && row.JobId == 0 && row.DeleteTime == null)
            .Where(row => row.State == AnnotationState.Active)
            .ToDictionaryAsync(row => row.Id, row => row.Counts, cancellationToken);
        var ious = new List<double>();
        foreach (var mask in frozen)
        {
            if (!current.Remove(mask.AnnotationId, out var counts))
            {
                report.DeletedCount++;
                ious.Add(0);
                continue;
            }

            ious.Add(counts.AsSpan().SequenceEqual(mask.Counts)
                ? 1
                : DrawnMasks.Read(size.Height, size.Width, mask.Counts)
                    .IoU(DrawnMasks.Read(size.Height, size.Width, counts)));
        }

        report.AddedCount += current.Count;
        return ious;
    }

    private async Task<JobRow> AddAsync(
        ProjectsDb db,
        ProjectGrant grant,
        CreateAuditRequest request,
        Guid? id,
        IReadOnlyList<long> pictures,
        CancellationToken cancellationToken)
    {
        var job = JobBook.New(grant.ProjectId, request.Name, JobKind.Audit, request.Assignee, clock.Now());
        (job.RequestId, job.Seed) = (id, request.Seed);
        await JobBook.AddAsync(db, job, pictures, cancellationToken);
        foreach (var some in pictures.Chunk(100))
        {
            var masks = await db.Annotations
                .Where(row => some.Contains(row.PictureId) && row.JobId == 0 && row.DeleteTime == null)
                .Where(row => row.State == AnnotationState.Active)
                .Select(row => new FrozenMaskRow
                {
                    JobId = job.Id, AnnotationId = row.Id, PictureId = row.PictureId, Counts = row.Counts,
                }).ToListAsync(cancellationToken);
            db.FrozenMasks.AddRange(masks);
            await db.SaveChangesAsync(cancellationToken);
            masks.ForEach(mask => db.Entry(mask).State = EntityState.Detached);
        }

        return job;
    }
}
