using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Segmentation.Projects.Errors;

/// <summary>Tells the failures of databases apart.</summary>
internal static class DatabaseFailures
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteInterrupt = 9;
    private const int SqliteIo = 10;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteConstraintPrimaryKey = 1555;
    private const int SqliteConstraintUnique = 2067;

    /// <summary>
    /// True where the database is away, starts, stops or is full: the same request may succeed later.
    /// </summary>
    public static bool IsAway(Exception exception) => Root(exception) switch
    {
        PostgresException postgres => postgres.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ReadOnlySqlTransaction
            || postgres.SqlState.StartsWith("08", StringComparison.Ordinal) || IsInTheWay(postgres),
        NpgsqlException => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is
            SqliteBusy or SqliteLocked or SqliteInterrupt or SqliteIo or SqliteFull or SqliteCannotOpen,
        _ => false,
    };

    /// <summary>
    /// True where two transactions were in each other's way, or an insert found the key that another transaction had
    /// just inserted. The transaction was rolled back and may run again.
    /// </summary>
    public static bool IsClash(Exception exception) => Root(exception) switch
    {
        PostgresException postgres =>
            postgres.SqlState == PostgresErrorCodes.UniqueViolation || IsInTheWay(postgres),
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteBusy or SqliteLocked
            || sqlite.SqliteExtendedErrorCode is SqliteConstraintPrimaryKey or SqliteConstraintUnique,
        _ => false,
    };

    private static bool IsInTheWay(PostgresException postgres) => postgres.SqlState is
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.LockNotAvailable;

    private static Exception Root(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NpgsqlException or SqliteException)
            {
                return cause;
            }

            if (cause is not (DbUpdateException or InvalidOperationException or AggregateException))
            {
                return cause;
            }
        }

        return exception;
    }
}
