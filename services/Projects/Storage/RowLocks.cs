using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Locks rows until the end of the transaction, so that changes of one object happen one after the other. In SQLite the
/// whole transaction is alone already.
/// </summary>
internal static class RowLocks
{
    /// <summary>Locks a picture that is not deleted, and tracks it; null: the project has none with this id.</summary>
    public static async Task<PictureRow?> LockPictureAsync(
        this ProjectsDb db, Guid project, long picture, CancellationToken cancellationToken)
    {
        var rows = db.Database.IsSqlite()
            ? db.Pictures.Where(row => row.Id == picture)
            : db.Pictures.FromSql($"""SELECT * FROM "Pictures" WHERE "Id" = {picture} FOR UPDATE""");
        var found = await rows.AsTracking().ToListAsync(cancellationToken);
        return found is [var row] && row.ProjectId == project && row.DeleteTime is null ? row : null;
    }

    /// <summary>Locks a project, deleted or not, and tracks it; null: there is none with this id.</summary>
    public static async Task<ProjectRow?> LockProjectAsync(
        this ProjectsDb db, Guid project, CancellationToken cancellationToken)
    {
        var rows = db.Database.IsSqlite()
            ? db.Projects.Where(row => row.Id == project)
            : db.Projects.FromSql($"""SELECT * FROM "Projects" WHERE "Id" = {project} FOR UPDATE""");
        return await rows.AsTracking().ToListAsync(cancellationToken) is [var row] ? row : null;
    }
}
