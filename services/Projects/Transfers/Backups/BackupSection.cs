using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Rows of one table in a backup, a line each.</summary>
/// <typeparam name="TRow">The row.</typeparam>
internal sealed class BackupSection<TRow> : IBackupSection
    where TRow : class
{
    private const int BatchRows = 500;

    /// <inheritdoc/>
    public required string Path { get; init; }

    /// <summary>The rows of a project, in an order that does not depend on the database.</summary>
    public required Func<ProjectsDb, Guid, IAsyncEnumerable<TRow>> Rows { get; init; }

    /// <summary>Replaces the numbers of a row that goes into a backup. False: the row is left out.</summary>
    public required Func<TRow, BackupNumbers, bool> Outgoing { get; init; }

    /// <summary>Replaces the numbers of a row that comes from a backup, and checks it. Null, or what is wrong.</summary>
    public required Func<TRow, RestoreContext, RowFault?> Incoming { get; init; }

    /// <summary>Called for each row of a batch that is in the record, when the database has given numbers.</summary>
    public Action<TRow, long, RestoreContext>? Stored { get; init; }

    /// <summary>The number that a row has in a backup; null: it has none.</summary>
    public Func<TRow, long>? Number { get; init; }

    /// <summary>Takes the database's number from a row again, before another attempt to store it; null: it has none.</summary>
    public Action<TRow>? Reset { get; init; }

    /// <summary>Tells which of the rows' ids this server has; null: they are unique within a project only.</summary>
    public Func<ProjectsDb, IReadOnlyList<TRow>, CancellationToken, Task<bool>>? Collides { get; init; }

    /// <inheritdoc/>
    public async Task WriteAsync(
        ProjectsDb db,
        Guid project,
        BackupNumbers numbers,
        Stream stream,
        Func<Task> written,
        CancellationToken cancellationToken)
    {
        await foreach (var row in Rows(db, project).WithCancellation(cancellationToken))
        {
            if (Outgoing(row, numbers))
            {
                await BackupJson.WriteLineAsync(stream, row, cancellationToken);
                await written();
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReadAsync(RestoreContext restore, Stream stream, CancellationToken cancellationToken)
    {
        var batch = new List<(TRow Row, long Number)>(BatchRows);
        await foreach (var (line, row) in BackupJson.ReadLinesAsync<TRow>(stream, Path, cancellationToken))
        {
            var number = Number?.Invoke(row) ?? 0;
            if (Incoming(row, restore) is { } fault)
            {
                restore.Progress.Errors.Add($"{Path}, line {line}", fault.Field, fault.Reason);
            }
            else
            {
                batch.Add((row, number));
            }

            if (batch.Count == BatchRows)
            {
                await StoreAsync(restore, batch, cancellationToken);
            }
        }

        await StoreAsync(restore, batch, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> CollidesAsync(
        IProjectsDbFactory databases, Stream stream, CancellationToken cancellationToken)
    {
        if (Collides is null)
        {
            return false;
        }

        var batch = new List<TRow>(BatchRows);
        await foreach (var (_, row) in BackupJson.ReadLinesAsync<TRow>(stream, Path, cancellationToken))
        {
            batch.Add(row);
            if (batch.Count == BatchRows)
            {
                if (await AskAsync())
                {
                    return true;
                }

                batch.Clear();
            }
        }

        return batch.Count > 0 && await AskAsync();

        Task<bool> AskAsync() => databases.ReadAsync((db, token) => Collides(db, batch, token), cancellationToken);
    }

    private async Task StoreAsync(
        RestoreContext restore, List<(TRow Row, long Number)> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        await restore.Databases.WriteAsync(
            async (db, token) =>
            {
                batch.ForEach(one => Reset?.Invoke(one.Row));
                db.ChangeTracker.AutoDetectChangesEnabled = false;
                db.AddRange(batch.Select(one => one.Row));
                await db.SaveChangesAsync(token);
            },
            cancellationToken);
        foreach (var (row, number) in batch)
        {
            Stored?.Invoke(row, number, restore);
        }

        batch.Clear();
        await restore.Progress.SaveSometimesAsync(cancellationToken);
    }
}
