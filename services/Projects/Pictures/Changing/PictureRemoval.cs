using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Changing;

/// <summary>
/// Removes pictures for good: what was drawn on them, and their files where no other picture of the tenant has the
/// same. Files are deleted under the lock that whoever adds the same file waits for: such a file is stored again.
/// </summary>
internal sealed class PictureRemoval(IObjectStore store)
{
    /// <summary>Removes pictures of one project within the caller's transaction.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="tenant">Tenant of the project; null: nobody knows it any more, and files stay.</param>
    /// <param name="project">The project.</param>
    /// <param name="pictures">Few pictures, so that nobody waits long for their files.</param>
    /// <param name="cancellationToken">
    /// Gives up; files that are deleted by then are those of rows that go later.
    /// </param>
    public async Task RemoveAsync(
        ProjectsDb db,
        string? tenant,
        Guid project,
        IReadOnlyList<PictureRow> pictures,
        CancellationToken cancellationToken)
    {
        // In one order, so that two purges of the same files do not wait for each other.
        var files = pictures.DistinctBy(picture => Convert.ToHexString(picture.Sha256))
            .OrderBy(picture => Convert.ToHexString(picture.Sha256), StringComparer.Ordinal)
            .Select(picture => picture.Sha256).ToList();
        if (tenant is not null)
        {
            foreach (var file in files)
            {
                await db.LockFileAsync(tenant, file, cancellationToken);
            }
        }

        await RemoveRowsAsync(db, project, [.. pictures.Select(picture => picture.Id)], cancellationToken);
        if (tenant is not null)
        {
            foreach (var file in files)
            {
                await RemoveFileAsync(db, tenant, file, cancellationToken);
            }
        }
    }

    private static async Task RemoveRowsAsync(
        ProjectsDb db, Guid project, List<long> pictures, CancellationToken cancellationToken)
    {
        // By the keys of the table, which begin with the run.
        var runs = await db.Runs.Where(run => run.ProjectId == project).Select(run => run.Id)
            .ToListAsync(cancellationToken);
        await db.RunPictures.Where(row => runs.Contains(row.RunId) && pictures.Contains(row.PictureId))
            .ExecuteDeleteAsync(cancellationToken);
        var issues = db.Issues.Where(row => pictures.Contains(row.PictureId)).Select(row => row.Id);
        await db.IssueComments.Where(row => issues.Contains(row.IssueId)).ExecuteDeleteAsync(cancellationToken);
        await db.Issues.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Verdicts.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Operations.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.FrozenMasks.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Annotations.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Leases.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.PictureLabels.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.JobPictures.Where(row => pictures.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Pictures.Where(row => pictures.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task RemoveFileAsync(
        ProjectsDb db, string tenant, byte[] sha256, CancellationToken cancellationToken)
    {
        // A project that is being restored has no row yet, and pictures already.
        var projects = db.Projects.Where(row => row.Tenant == tenant).Select(row => row.Id)
            .Concat(db.Transfers
                .Where(row => row.Tenant == tenant
                    && row.Kind == TransferKind.Restore
                    && row.State == TransferState.Running)
                .Select(row => row.ProjectId));
        var same = db.Pictures.Where(row => row.Sha256 == sha256 && projects.Contains(row.ProjectId));

        // Two questions: there is an index for each, and none for both together.
        if (await same.AnyAsync(row => row.DeleteTime == null, cancellationToken)
            || await same.AnyAsync(row => row.DeleteTime != null, cancellationToken))
        {
            return;
        }

        await store.DeleteAsync(ObjectKeys.Thumbnail(tenant, sha256), cancellationToken);
        await store.DeleteAsync(ObjectKeys.Picture(tenant, sha256), cancellationToken);
    }
}
