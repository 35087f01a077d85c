using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>
/// Writes the pictures of a run into the record, batch by batch, while the first of them are searched already: a run of
/// millions begins at once. Each batch and the place where it ended are one transaction.
/// </summary>
internal sealed class RunSelection(IProjectsDbFactory databases)
{
    /// <summary>Pictures in one batch: some 50 ms of the database's time.</summary>
    public const int BatchSize = 5000;

    /// <summary>Writes the next batch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Gives up; nothing of the batch is written then.</param>
    /// <returns>True when all pictures of the run are written.</returns>
    public Task<bool> SelectAsync(long run, CancellationToken cancellationToken) =>
        databases.WriteAsync((db, token) => SelectAsync(db, run, token), cancellationToken);

    private static async Task<bool> SelectAsync(ProjectsDb db, long run, CancellationToken cancellationToken)
    {
        var row = await db.Runs.AsNoTracking().SingleAsync(one => one.Id == run, cancellationToken);
        if (row.IsSelected)
        {
            return true;
        }

        var selection = StartRunRequest.Parser.ParseFrom(row.Selection);
        var (pictures, to) = selection.Pictures.Count > 0
            ? await ListedAsync(db, row, selection, cancellationToken)
            : await FilteredAsync(db, row, selection, cancellationToken);
        var (isAll, place) = (to is null, to ?? row.SelectedTo);

        // Two processes that select at once: the second finds the place moved and writes nothing.
        var moved = await db.Runs.Where(one => one.Id == run && one.SelectedTo == row.SelectedTo && !one.IsSelected)
            .ExecuteUpdateAsync(
                one => one
                    .SetProperty(changed => changed.SelectedTo, place)
                    .SetProperty(changed => changed.IsSelected, isAll)
                    .SetProperty(changed => changed.PictureCount, changed => changed.PictureCount + pictures.Count),
                cancellationToken);
        if (moved == 0)
        {
            return false;
        }

        db.RunPictures.AddRange(pictures.Select(picture => new RunPictureRow
        {
            RunId = run, PictureId = picture, State = RunPictureState.Waiting, Owner = "", Reason = "",
        }));
        return isAll;
    }

    /// <summary>Pictures of a list, and the number of ids taken so far; null: all.</summary>
    private static async Task<(List<long> Pictures, long? To)> ListedAsync(
        ProjectsDb db, RunRow run, StartRunRequest selection, CancellationToken cancellationToken)
    {
        // The list is sorted and has no picture twice.
        var ids = selection.Pictures.Skip((int)run.SelectedTo).Take(BatchSize).ToList();
        var there = await db.UsablePictures(run.ProjectId, null).Where(picture => ids.Contains(picture.Id))
            .Select(picture => picture.Id).ToListAsync(cancellationToken);
        var to = run.SelectedTo + ids.Count;
        return (there, to >= selection.Pictures.Count ? null : to);
    }

    /// <summary>Pictures of the filter, and the last id; null: all.</summary>
    private static async Task<(List<long> Pictures, long? To)> FilteredAsync(
        ProjectsDb db, RunRow run, StartRunRequest selection, CancellationToken cancellationToken)
    {
        var ids = await db.UsablePictures(run.ProjectId, selection.Filter)
            .Where(picture => picture.Id > run.SelectedTo && picture.Id <= run.LastPictureId)
            .OrderBy(picture => picture.Id).Select(picture => picture.Id).Take(BatchSize)
            .ToListAsync(cancellationToken);
        return (ids, ids.Count < BatchSize ? null : ids[^1]);
    }
}
