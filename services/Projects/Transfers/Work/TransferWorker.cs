using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Formats;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>Does transfers in the background: claims them one after the other, renews claims, and writes how they end.</summary>
internal sealed partial class TransferWorker(
    TransferQueue queue,
    IEnumerable<ITransferWork> works,
    DatabaseStart database,
    IProjectsDbFactory databases,
    IOptions<TransferOptions> options,
    TimeProvider clock,
    ILogger<TransferWorker> logger) : BackgroundService
{
    // A transfer that another process gave back is taken up within this time.
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(2);

    // Pauses after failures of the object store: 1, 2, 4 ... 60 seconds, some ten minutes in all.
    private const int MaxFailures = 15;
    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    // An attempt that took longer worked for a time: failures are counted anew.
    private static readonly TimeSpan _steady = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TransferKind, ITransferWork> _works = works.ToDictionary(work => work.Kind);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            await database.WaitAsync(stoppingToken);
            if (databases.IsSqlite)
            {
                await queue.ForgetClaimsAsync(stoppingToken);
            }

            while (true)
            {
                running.RemoveAll(task => task.IsCompleted);
                if (running.Count < options.Value.Concurrent && await ClaimAsync(stoppingToken) is { } row)
                {
                    running.Add(Task.Run(() => DoAsync(row, stoppingToken), CancellationToken.None));
                }
                else
                {
                    await queue.WaitAsync(_look, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task<TransferRow?> ClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await queue.ClaimAsync(cancellationToken);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            LogAway(logger, away.Message);
            return null;
        }
    }

    private async Task DoAsync(TransferRow row, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var renewing = RenewAsync(row.Id, over);
        try
        {
            await DoClaimedAsync(row, over.Token, stoppingToken);
        }
        finally
        {
            await over.CancelAsync();
            queue.End(row.Id);

            // The tenant's next transfer may begin.
            queue.Wake();
            await renewing;
        }
    }

    private async Task DoClaimedAsync(TransferRow row, CancellationToken cancellationToken, CancellationToken stoppingToken)
    {
        var progress = new TransferProgress(row, databases, queue, clock);
        try
        {
            await RunAsync(progress, cancellationToken);
            if (await EndAsync(progress, TransferState.Done, ""))
            {
                await CleanUpAsync(row, cancellationToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            await GiveBackAsync(row.Id);
        }
        catch (OperationCanceledException)
        {
            LogLost(logger, row.Id);
        }
        catch (Exception error) when (error is TransferFailedException or DatasetFormatException)
        {
            await EndAsync(progress, TransferState.Failed, error.Message);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            // The claim ends by itself, and the work goes on when the database is there again.
            LogAway(logger, away.Message);
        }
        catch (Exception error)
        {
            LogFailed(logger, error, row.Id);
            await EndAsync(
                progress,
                TransferState.Failed,
                $"Something went wrong here, not in the data. The server's log has it under transfer {row.Id}.");
        }
    }

    /// <summary>Does the work, again after a pause as long as the object store fails.</summary>
    private async Task RunAsync(TransferProgress progress, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var began = clock.GetTimestamp();
            try
            {
                await _works[progress.Row.Kind].RunAsync(progress, cancellationToken);
                return;
            }
            catch (Exception error) when (
                error is IOException
                && error is not EndOfStreamException
                && !cancellationToken.IsCancellationRequested)
            {
                failures = clock.GetElapsedTime(began) > _steady ? 1 : failures + 1;
                if (failures == MaxFailures)
                {
                    throw new TransferFailedException(
                        "The files' store does not answer, or this server's disk is full. Start the transfer again when the "
                            + $"operator has put that right; the server's log has the cause under transfer {progress.Row.Id}.",
                        error);
                }

                LogStore(logger, progress.Row.Id, error.Message);
            }

            var pause = _firstPause * Math.Pow(2, failures - 1);
            await Task.Delay(pause < _longestPause ? pause : _longestPause, clock, cancellationToken);
            await progress.GoBackAsync(cancellationToken);
        }
    }

    private async Task CleanUpAsync(TransferRow row, CancellationToken cancellationToken)
    {
        try
        {
            await _works[row.Kind].CleanUpAsync(row, cancellationToken);
        }
        catch (Exception away) when (away is IOException || DatabaseFailures.IsAway(away))
        {
            LogLeft(logger, row.Id, away.Message);
        }
    }

    private async Task RenewAsync(long transfer, CancellationTokenSource over)
    {
        using var timer = new PeriodicTimer(options.Value.ClaimTime / 4, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                if (!await TryRenewAsync(transfer, over.Token))
                {
                    await over.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The transfer ended.
        }
    }

    private async Task<bool> TryRenewAsync(long transfer, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.RenewAsync(transfer, cancellationToken);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            // Nobody else can claim it either; whether it is still ours, the next renewal or saving tells.
            LogAway(logger, away.Message);
            return true;
        }
    }

    private async Task GiveBackAsync(long transfer)
    {
        try
        {
            await queue.ReleaseAsync(transfer, CancellationToken.None);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            LogAway(logger, away.Message);
        }
    }

    /// <summary>Writes how a transfer ends. False: the record does not say so.</summary>
    private async Task<bool> EndAsync(TransferProgress progress, TransferState state, string reason)
    {
        try
        {
            await progress.SaveAsync(CancellationToken.None);
            var now = clock.Now();
            var hasResult = state == TransferState.Done && progress.ObjectKey.Length > 0;
            DateTimeOffset? expires = hasResult ? now + options.Value.ResultLifetime : null;
            return await databases.WriteAsync(
                (db, token) => queue.Mine(db, progress.Row.Id).ExecuteUpdateAsync(
                    row => row.SetProperty(r => r.State, state)
                        .SetProperty(r => r.Reason, reason)
                        .SetProperty(r => r.EndTime, now)
                        .SetProperty(r => r.ExpireTime, expires)
                        .SetProperty(r => r.ObjectKey, hasResult ? progress.ObjectKey : "")
                        .SetProperty(r => r.SizeBytes, hasResult ? progress.SizeBytes : 0)
                        .SetProperty(r => r.FileName, hasResult ? progress.FileName : "")
                        .SetProperty(r => r.Owner, "")
                        .SetProperty(r => r.ClaimUntil, (DateTimeOffset?)null),
                    token),
                CancellationToken.None,
                repeatable: true) == 1;
        }
        catch (OperationCanceledException)
        {
            LogLost(logger, progress.Row.Id);
        }
        catch (Exception away) when (DatabaseFailures.IsAway(away))
        {
            LogAway(logger, away.Message);
        }

        return false;
    }

    [LoggerMessage(1, LogLevel.Warning, "The database of projects does not answer; transfers wait: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Information, "Transfer {Transfer} was cancelled, or another process has taken it over")]
    private static partial void LogLost(ILogger logger, long transfer);

    [LoggerMessage(4, LogLevel.Warning, "The object store fails; transfer {Transfer} waits: {Reason}")]
    private static partial void LogStore(ILogger logger, long transfer, string reason);

    [LoggerMessage(5, LogLevel.Information, "The upload of transfer {Transfer} is deleted when it expires: {Reason}")]
    private static partial void LogLeft(ILogger logger, long transfer, string reason);

    [LoggerMessage(3, LogLevel.Error, "Transfer {Transfer} failed unexpectedly")]
    private static partial void LogFailed(ILogger logger, Exception exception, long transfer);
}
