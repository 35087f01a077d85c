using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Changes of runs that are no work on a picture. Thread-safe.</summary>
internal sealed class RunStates(IProjectsDbFactory databases, TimeProvider clock)
{
    /// <summary>Finds a run; null: there is none.</summary>
    public Task<RunRow?> FindAsync(long run, CancellationToken cancellationToken) => databases.ReadAsync(
        (db, token) => db.Runs.SingleOrDefaultAsync(row => row.Id == run, token), cancellationToken);

    /// <summary>Numbers of the runs of all tenants that are at work.</summary>
    public Task<List<long>> RunningAsync(CancellationToken cancellationToken) => databases.ReadAsync(
        (db, token) => db.Runs.Where(row => row.State == RunState.Running).Select(row => row.Id).ToListAsync(token),
        cancellationToken);

    /// <summary>Notes why a run waits.</summary>
    public Task SayAsync(long run, string reason, CancellationToken cancellationToken) => databases.WriteAsync(
        (db, token) => db.Runs.Where(row => row.Id == run && row.State == RunState.Running && row.Reason != reason)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.Reason, reason), token),
        cancellationToken,
        repeatable: true);

    /// <summary>Ends a run that cannot go on. Pictures that are done stay done.</summary>
    public Task FailAsync(long run, string reason, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return databases.WriteAsync(
            (db, token) => db.Runs.Where(row => row.Id == run && row.State == RunState.Running).ExecuteUpdateAsync(
                row => row
                    .SetProperty(one => one.State, RunState.Failed)
                    .SetProperty(one => one.Reason, reason)
                    .SetProperty(one => one.EndTime, now),
                token),
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Ends a run all of whose pictures are done or failed.</summary>
    /// <returns>True if the run has ended now.</returns>
    public async Task<bool> FinishAsync(long run, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return await databases.WriteAsync(
            (db, token) => db.Runs
                .Where(row => row.Id == run && row.State == RunState.Running && row.IsSelected)
                .Where(row => !db.RunPictures.Any(one => one.RunId == run
                    && (one.State == RunPictureState.Waiting || one.State == RunPictureState.Working)))
                .ExecuteUpdateAsync(
                    row => row
                        .SetProperty(one => one.State, RunState.Done)
                        .SetProperty(one => one.Reason, "")
                        .SetProperty(one => one.EndTime, now),
                    token),
            cancellationToken,
            repeatable: true) == 1;
    }

    /// <summary>Notes the run's speed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="picturesPerSecond">Pictures done or failed a second; 0: nothing can be said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task PaceAsync(long run, double picturesPerSecond, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return databases.WriteAsync(
            (db, token) => db.Runs.Where(row => row.Id == run).ExecuteUpdateAsync(
                row => row
                    .SetProperty(one => one.PicturesPerSecond, picturesPerSecond)
                    .SetProperty(one => one.RateTime, now),
                token),
            cancellationToken,
            repeatable: true);
    }

    /// <summary>
    /// Keeps a run to the model of its first picture, so that all its masks are of one model although the server's
    /// default changes.
    /// </summary>
    /// <returns>A sentence, where the model of these findings is another one; null: it is the run's.</returns>
    public async Task<string?> TakeModelAsync(RunRow run, RunFindings findings, CancellationToken cancellationToken)
    {
        if (run.ModelDigest == findings.ModelDigest)
        {
            return null;
        }

        var digest = await databases.WriteAsync(
            async (db, token) =>
            {
                await db.Runs.Where(row => row.Id == run.Id && row.ModelDigest == "").ExecuteUpdateAsync(
                    row => row
                        .SetProperty(one => one.Model, findings.Model)
                        .SetProperty(one => one.ModelDigest, findings.ModelDigest),
                    token);
                return await db.Runs.Where(row => row.Id == run.Id).Select(row => row.ModelDigest).SingleAsync(token);
            },
            cancellationToken,
            repeatable: true);
        return digest == findings.ModelDigest
            ? null
            : $"The server's model {findings.Model} is not the one that the run began with: it has another digest. Start a "
                + "new run for the pictures that are left.";
    }
}
