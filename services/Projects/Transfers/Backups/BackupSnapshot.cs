using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>The record as it is at one moment, while others change it.</summary>
internal sealed class BackupSnapshot : IAsyncDisposable
{
    private readonly IDbContextTransaction _transaction;

    private BackupSnapshot(ProjectsDb db, IDbContextTransaction transaction) => (Db, _transaction) = (db, transaction);

    /// <summary>Reads the record.</summary>
    public ProjectsDb Db { get; }

    /// <summary>Opens a snapshot.</summary>
    public static async Task<BackupSnapshot> OpenAsync(
        IProjectsDbFactory databases, CancellationToken cancellationToken)
    {
        var db = databases.Open();
        try
        {
            if (!databases.IsSqlite)
            {
                return new(
                    db, await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken));
            }

            // Deferred: a transaction that only reads must not keep writers out.
            await db.Database.OpenConnectionAsync(cancellationToken);
            var connection = (SqliteConnection)db.Database.GetDbConnection();
            var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: true);
            return new(db, (await db.Database.UseTransactionAsync(transaction, cancellationToken))!);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Db.DisposeAsync();
    }
}
