using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>
/// Measures how far the replicas of a picture agree, as soon as two people are done with it; pictures are handed out by
/// that.
/// </summary>
internal sealed class ReplicaComparison(IProjectsDbFactory databases)
{
    /// <summary>IoU from which two masks are the same object.</summary>
    public static double LeastIoU(ProjectSettings settings) => settings.MatchIou > 0 ? settings.MatchIou : 0.5;

    /// <summary>All replicas of the set that a job belongs to.</summary>
    public static async Task<IReadOnlyList<long>> SiblingsAsync(
        ProjectsDb db, JobRow job, CancellationToken cancellationToken)
    {
        var first = job.ParentId == 0 ? job.Id : job.ParentId;
        return await db.Jobs
            .Where(row => row.ProjectId == job.ProjectId && (row.Id == first || row.ParentId == first))
            .OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Measures a picture of a replica job, and writes the agreement into its row.</summary>
    public async Task MeasureAsync(ProjectGrant grant, long job, long picture, CancellationToken cancellationToken)
    {
        var agreement = await databases.ReadAsync(
            (db, token) => CompareAsync(db, grant, job, picture, token), cancellationToken);
        if (agreement is { } value)
        {
            await databases.WriteAsync(
                (db, token) => db.Pictures.Where(row => row.Id == picture)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Agreement, (float)value), token),
                cancellationToken,
                repeatable: true);
        }
    }

    private static async Task<double?> CompareAsync(
        ProjectsDb db, ProjectGrant grant, long job, long picture, CancellationToken cancellationToken)
    {
        var row = await JobBook.GetAsync(db.Jobs, grant.ProjectId, job, cancellationToken);
        var siblings = await SiblingsAsync(db, row, cancellationToken);
        var done = await db.JobPictures
            .Where(one => siblings.Contains(one.JobId) && one.PictureId == picture && one.State == JobPictureState.Done)
            .Select(one => one.JobId).ToListAsync(cancellationToken);
        if (done.Count < 2)
        {
            return null;
        }

        var masks = await DrawnMasks.OfJobsAsync(db, picture, done, cancellationToken);
        return new AgreementTally(LeastIoU(grant.Settings)).Add(picture, masks, cancellationToken);
    }
}
