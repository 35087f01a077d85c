using System.Data;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Storage;

/// <summary>Runs pieces of work against the record: one transaction each, repeated where that is safe.</summary>
internal static class ProjectsTransactions
{
    private const int MaxTries = 5;

    /// <summary>
    /// Runs a piece of work in a transaction of its own and commits. Where two transactions were in each other's way,
    /// or both inserted one key, or the connection was lost before the commit, nothing was changed: the work runs again
    /// with a new context. A connection that is lost during the commit is reported, since nobody knows the outcome,
    /// unless the work is <paramref name="repeatable"/>.
    /// </summary>
    /// <param name="factory">The record.</param>
    /// <param name="work">
    /// Changes the record by the context that it is given; may run several times. It calls <c>SaveChangesAsync</c>
    /// itself where it needs numbers that the database gives; what is left is saved afterwards.
    /// </param>
    /// <param name="cancellationToken">Gives up; nothing is changed unless the commit has begun.</param>
    /// <param name="repeatable">
    /// True if the work recognises that it was done already (an id of the client), so that doing it again is safe.
    /// </param>
    public static async Task<T> WriteAsync<T>(
        this IProjectsDbFactory factory,
        Func<ProjectsDb, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken,
        bool repeatable = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var turn = await WriterTurn.TakeAsync(factory, cancellationToken);
                await using var db = factory.Open();
                await using var transaction = await db.Database.BeginTransactionAsync(
                    IsolationLevel.Unspecified, cancellationToken);
                var result = await work(db, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                committing = true;

                // Begun commits are not cancelled: the caller could not know the outcome.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (Exception exception) when (
                attempt < MaxTries
                && (DatabaseFailures.IsClash(exception)
                    || (DatabaseFailures.IsAway(exception) && (!committing || repeatable))))
            {
                await Task.Delay(Pause(attempt), cancellationToken);
            }
        }
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public static Task WriteAsync(
        this IProjectsDbFactory factory,
        Func<ProjectsDb, CancellationToken, Task> work,
        CancellationToken cancellationToken,
        bool repeatable = false) =>
        factory.WriteAsync(
            async (db, token) =>
            {
                await work(db, token);
                return true;
            },
            cancellationToken,
            repeatable);

    /// <summary>Reads with a context of its own, again if the connection was lost.</summary>
    public static async Task<T> ReadAsync<T>(
        this IProjectsDbFactory factory,
        Func<ProjectsDb, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var db = factory.Open();
                db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
                return await work(db, cancellationToken);
            }
            catch (Exception exception) when (attempt < MaxTries && DatabaseFailures.IsAway(exception))
            {
                await Task.Delay(Pause(attempt), cancellationToken);
            }
        }
    }

    /// <summary>Longer after every failure and never the same for two: 5 to 10 ms, then up to 160 ms.</summary>
    private static TimeSpan Pause(int attempt) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(5 << (attempt - 1), (10 << (attempt - 1)) + 1));
}
