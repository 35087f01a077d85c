using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Runs.Working;

/// <summary>
/// Does pictures of a tenant's runs, one after another; runs take turns. There is one worker for each place of the
/// tenant. <see cref="Stop"/> may be called at any time; everything else from one caller.
/// </summary>
internal sealed partial class RunWorker(
    IProjectsDbFactory databases,
    RunClaims claims,
    RunSearch search,
    RunWriter writer,
    RunStates states,
    SearchRules rules,
    RunMetrics metrics,
    TimeProvider clock,
    ILogger<RunWorker> logger)
{
    /// <summary>Pause after a failure of the database, which is then asked again.</summary>
    private static readonly TimeSpan _databasePause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly ILogger<RunWorker> _logger = logger;
    private (long Run, CancellationTokenSource Stop)? _current;

    /// <summary>Does pictures until no run of the tenant has one that can be begun.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="owner">Name of this worker in claims: no other worker has it, nor had it before.</param>
    /// <param name="cancellationToken">Ends the work: the picture under way is put back.</param>
    public async Task RunAsync(string tenant, string owner, CancellationToken cancellationToken)
    {
        var (last, idle) = (0L, new HashSet<long>());
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await claims.NextRunAsync(tenant, last, cancellationToken) is not { } run || idle.Contains(run.Id))
                {
                    return;
                }

                last = run.Id;
                if (await claims.ClaimAsync(run.Id, owner, cancellationToken) is not { } claim)
                {
                    idle.Add(run.Id);
                    continue;
                }

                idle.Clear();
                await DoAsync(run, claim, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The database: a claim that could not be ended ends by itself.
                Failed(_logger, exception);
                await Task.Delay(_databasePause, clock, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Ends the search of a run's picture, if this worker does one, and has the picture put back.</summary>
    public void Stop(long run)
    {
        lock (_gate)
        {
            if (_current is { } current && current.Run == run)
            {
                current.Stop.Cancel();
            }
        }
    }

    /// <summary>Does one picture, while the claim on it is renewed.</summary>
    private async Task DoAsync(RunRow run, RunClaim claim, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _current = (run.Id, stop);
        }

        var renewing = RenewAsync(claim, stop, over.Token);
        var began = clock.GetTimestamp();
        using var active = metrics.Begin();
        try
        {
            var result = await AttemptAsync(run, claim, stop.Token);
            metrics.Ended(result, clock.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            using var goodbye = new CancellationTokenSource(_goodbye, clock);
            await claims.PutBackAsync(claim, isCounted: false, "", null, goodbye.Token);
            metrics.Ended(RunMetrics.PutBack, clock.GetElapsedTime(began));
        }
        finally
        {
            lock (_gate)
            {
                _current = null;
            }

            await over.CancelAsync();
            await renewing;
        }
    }

    /// <summary>Renews the claim until the work is over; ends the work when the claim or the run ends.</summary>
    private async Task RenewAsync(RunClaim claim, CancellationTokenSource stop, CancellationToken over)
    {
        try
        {
            using var timer = new PeriodicTimer(claims.RenewalPeriod, clock);
            while (await timer.WaitForNextTickAsync(over))
            {
                try
                {
                    if (await claims.RenewAsync(claim, over) != ClaimStanding.Held)
                    {
                        await stop.CancelAsync();
                        return;
                    }
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The database is away: whoever takes the picture meanwhile is the only one whose masks are written.
                    Failed(_logger, exception);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The work is over.
        }
    }

    /// <summary>Searches the picture and writes what was found; waits where nothing is wrong with the picture.</summary>
    private async Task<string> AttemptAsync(RunRow run, RunClaim claim, CancellationToken cancellationToken)
    {
        if (await FindAsync(run, claim, cancellationToken) is not { } picture)
        {
            await claims.DropAsync(claim, cancellationToken);
            return RunMetrics.Dropped;
        }

        if (await writer.LeasedUntilAsync(run, picture, cancellationToken) is { } until)
        {
            await claims.PutBackAsync(
                claim, isCounted: false, "Somebody draws on the picture.", until, cancellationToken);
            return RunMetrics.PutBack;
        }

        var (away, since) = (0, clock.GetTimestamp());
        while (true)
        {
            SearchFailure failure;
            try
            {
                var findings = await search.SearchAsync(run, picture, cancellationToken);
                if (await states.TakeModelAsync(run, findings, cancellationToken) is { } other)
                {
                    failure = new SearchFailure(SearchVerdict.Run, other);
                }
                else
                {
                    var masks = await writer.WriteAsync(run, claim, picture, findings, cancellationToken);
                    metrics.Wrote(masks ?? 0);
                    return masks is null ? RunMetrics.PutBack : RunMetrics.Done;
                }
            }
            catch (Exception exception) when (
                exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                since = away++ == 0 ? clock.GetTimestamp() : since;
                failure = rules.Decide(exception, away, clock.GetElapsedTime(since));
            }

            switch (failure.Verdict)
            {
                case SearchVerdict.Wait:
                    await states.SayAsync(run.Id, failure.Reason, cancellationToken);
                    await Task.Delay(failure.Delay, clock, cancellationToken);
                    continue;
                case SearchVerdict.Run:
                    await claims.PutBackAsync(claim, isCounted: false, failure.Reason, null, cancellationToken);
                    await states.FailAsync(run.Id, failure.Reason, cancellationToken);
                    return RunMetrics.PutBack;
                case SearchVerdict.Again when claim.Attempt < claims.MaxAttempts:
                    var notBefore = clock.Now() + SearchRules.DelayAfter(claim.Attempt);
                    await claims.PutBackAsync(claim, isCounted: true, failure.Reason, notBefore, cancellationToken);
                    return RunMetrics.PutBack;
                default:
                    await claims.FailAsync(claim, failure.Reason, cancellationToken);
                    return RunMetrics.Failed;
            }
        }
    }

    /// <summary>The picture; null where it was deleted or excluded after the run began.</summary>
    private Task<PictureRow?> FindAsync(RunRow run, RunClaim claim, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Pictures.SingleOrDefaultAsync(
                row => row.Id == claim.Picture && row.ProjectId == run.ProjectId
                    && row.DeleteTime == null && row.ExcludedReason == "",
                token),
            cancellationToken);

    [LoggerMessage(
        1, LogLevel.Warning, "A run cannot reach its record and tries again; pictures under way may be begun twice.")]
    private static partial void Failed(ILogger logger, Exception exception);
}
