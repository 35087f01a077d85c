using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>
/// A transfer that this process has claimed: its counts, its cursor, and the items that it leaves out. They go into the
/// record together, at most twice a second. Not thread-safe.
/// </summary>
internal sealed class TransferProgress
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    private readonly IProjectsDbFactory _databases;
    private readonly TransferQueue _queue;
    private readonly TimeProvider _clock;
    private long _saved;

    public TransferProgress(TransferRow row, IProjectsDbFactory databases, TransferQueue queue, TimeProvider clock)
    {
        (Row, _databases, _queue, _clock) = (row, databases, queue, clock);
        Errors = Take(row);
        _saved = clock.GetTimestamp();
    }

    /// <summary>The transfer as it was claimed; not to be changed.</summary>
    public TransferRow Row { get; }

    /// <summary>Items in all, or 0.</summary>
    public long ItemCount { get; set; }

    /// <summary>Items done.</summary>
    public long DoneCount { get; set; }

    /// <summary>Annotations read or written.</summary>
    public long AnnotationCount { get; set; }

    /// <summary>Place from which the work goes on after a death: everything before it is in the record.</summary>
    public string Cursor { get; set; } = "";

    /// <summary>Items that are left out.</summary>
    public TransferErrors Errors { get; private set; }

    /// <summary>Key of the result, or empty.</summary>
    public string ObjectKey { get; set; } = "";

    /// <summary>Size of the result.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Name for the result's file.</summary>
    public string FileName { get; set; } = "";

    /// <summary>Goes back to what the record has, for another attempt: what was not saved is repeated.</summary>
    /// <exception cref="OperationCanceledException">The claim was lost, or somebody cancelled.</exception>
    public async Task GoBackAsync(CancellationToken cancellationToken) => Errors = Take(
        await _databases.ReadAsync((db, token) => _queue.Mine(db, Row.Id).FirstOrDefaultAsync(token), cancellationToken)
        ?? throw Lost());

    /// <summary>Begins again from nothing: what an attempt before counted and reported is forgotten.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        (ItemCount, DoneCount, AnnotationCount, Cursor) = (0, 0, 0, "");
        Errors = new TransferErrors(Row.Id, 0);
        await _databases.WriteAsync(
            (db, token) => db.TransferErrors.Where(row => row.TransferId == Row.Id).ExecuteDeleteAsync(token),
            cancellationToken,
            repeatable: true);
        await SaveAsync(cancellationToken);
    }

    /// <summary>Saves, if the last time is long enough ago.</summary>
    public Task SaveSometimesAsync(CancellationToken cancellationToken) =>
        _clock.GetElapsedTime(_saved) < _interval ? Task.CompletedTask : SaveAsync(cancellationToken);

    /// <summary>Saves counts, cursor and items.</summary>
    /// <exception cref="OperationCanceledException">The claim was lost, or somebody cancelled.</exception>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        var mine = await _databases.WriteAsync(
            async (db, token) =>
            {
                var changed = await _queue.Mine(db, Row.Id).ExecuteUpdateAsync(
                    row => row.SetProperty(r => r.ItemCount, ItemCount)
                        .SetProperty(r => r.DoneCount, DoneCount)
                        .SetProperty(r => r.AnnotationCount, AnnotationCount)
                        .SetProperty(r => r.ErrorCount, Errors.Count)
                        .SetProperty(r => r.Cursor, Cursor),
                    token);
                if (changed == 1)
                {
                    db.TransferErrors.AddRange(Errors.Unsaved.Select(Copy));
                }

                return changed == 1;
            },
            cancellationToken);
        if (!mine)
        {
            throw Lost();
        }

        Errors.Saved();
        _saved = _clock.GetTimestamp();
    }

    private static OperationCanceledException Lost() =>
        new("The transfer was cancelled, or another process has taken it over.");

    private TransferErrors Take(TransferRow row)
    {
        (ItemCount, DoneCount, AnnotationCount, Cursor) =
            (row.ItemCount, row.DoneCount, row.AnnotationCount, row.Cursor);
        return new TransferErrors(row.Id, row.ErrorCount);
    }

    // A transaction that runs again has a context of its own, whose rows have no numbers yet.
    private static TransferErrorRow Copy(TransferErrorRow row) => new()
    {
        TransferId = row.TransferId, Item = row.Item, Field = row.Field, Reason = row.Reason,
    };
}
