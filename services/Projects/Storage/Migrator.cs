using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Brings the tables up to date, forward only. Of all processes one does so at a time: PostgreSQL holds the lock in a
/// transaction, and SQLite's is a locked file beside the database; both end with the process that holds them.
/// </summary>
/// <param name="factory">The record.</param>
/// <param name="logger">Told what is applied.</param>
internal sealed partial class Migrator(ProjectsDbFactory factory, ILogger<Migrator> logger)
{
    /// <summary>
    /// Number of the advisory lock in PostgreSQL. Any that no other program on the same server uses: "projects" in ASCII.
    /// </summary>
    public const long LockNumber = 0x70726f6a65637473;

    // EF Core's own lock for SQLite is a row, which a killed process leaves behind for ever.
    private const string ForgetLock = """DROP TABLE IF EXISTS "__EFMigrationsLock";""";

    private static readonly TimeSpan _lockPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Applies what is missing, once however many processes call at the same time.</summary>
    /// <returns>Number of migrations that this call applied.</returns>
    /// <exception cref="InvalidDataException">
    /// The database is newer than this program by more than one migration, or no database of projects.
    /// </exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var held = await LockAsync(cancellationToken);
        await using var db = factory.Open();
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        var missing = await FindMissingAsync(db, cancellationToken);
        if (missing.Count == 0)
        {
            return 0;
        }

        LogApplying(logger, string.Join(", ", missing));
        if (factory.IsSqlite)
        {
            await db.Database.ExecuteSqlRawAsync(ForgetLock, cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
        return missing.Count;
    }

    /// <summary>Tells whether all tables are there that this program needs.</summary>
    /// <exception cref="InvalidDataException">As in <see cref="MigrateAsync"/>.</exception>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        await using var db = factory.Open();
        return (await FindMissingAsync(db, cancellationToken)).Count == 0;
    }

    private async Task<List<string>> FindMissingAsync(ProjectsDb db, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        var newer = applied.Except(known).ToList();
        if (newer.Count > 1)
        {
            throw new InvalidDataException(
                $"The database of projects is {newer.Count} migrations newer than this program, which reads at most "
                + $"one: {string.Join(", ", newer)}. Start the version of the program that wrote the database, or a "
                + "newer one.");
        }

        if (newer is [var one])
        {
            LogNewer(logger, one);
        }

        return [.. known.Except(applied)];
    }

    private async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => factory switch
    {
        { Source: { } source } => await PostgresLockAsync(source, cancellationToken),
        { File: { } file } => await FileLockAsync(file + ".migrating", cancellationToken),
        _ => throw new InvalidOperationException("A database is SQLite or PostgreSQL."),
    };

    private static async Task<IAsyncDisposable> PostgresLockAsync(
        NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            // The lock of a transaction, not of a session: poolers of connections mix sessions.
            await connection.BeginTransactionAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection)
            {
                Parameters = { new() { Value = LockNumber } }, CommandTimeout = 0,
            };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<IAsyncDisposable> FileLockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(_lockPause, cancellationToken);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The tables of projects are brought up to date: {Migrations}")]
    private static partial void LogApplying(ILogger logger, string migrations);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The database of projects is one migration newer than this program ({Migration}); it is used as it is")]
    private static partial void LogNewer(ILogger logger, string migration);
}
