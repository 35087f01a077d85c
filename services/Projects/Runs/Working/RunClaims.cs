using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>
/// Claims of workers on pictures. A claim is one conditional update of the picture's row, so two workers never hold one
/// picture, in whichever process they are. A claim that is not renewed ends by itself. Thread-safe.
/// </summary>
internal sealed class RunClaims(IProjectsDbFactory databases, IOptions<RunsOptions> options, TimeProvider clock)
{
    /// <summary>Rows looked at for one claim: workers that come at the same moment take different ones of them.</summary>
    private const int Candidates = 16;

    private readonly RunsOptions _options = options.Value;

    /// <summary>Attempts after which a picture has failed.</summary>
    public int MaxAttempts => _options.MaxAttempts;

    /// <summary>Period in which a claim is renewed.</summary>
    public TimeSpan RenewalPeriod => _options.ClaimTime / 3;

    /// <summary>
    /// The tenant's run that is at work and comes next after another one, so that runs take turns; null: none is at work.
    /// </summary>
    public Task<RunRow?> NextRunAsync(string tenant, long after, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            async (db, token) =>
            {
                var running = db.Runs.Where(row => row.State == RunState.Running && row.Tenant == tenant)
                    .OrderBy(row => row.Id);
                return await running.FirstOrDefaultAsync(row => row.Id > after, token)
                    ?? await running.FirstOrDefaultAsync(token);
            },
            cancellationToken);

    /// <summary>Claims a picture of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="owner">The worker.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The claim; null: nothing can be begun at the moment.</returns>
    public async Task<RunClaim?> ClaimAsync(long run, string owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = clock.Now();
            var rows = await databases.ReadAsync((db, token) => ReadyAsync(db, run, now, token), cancellationToken);
            if (rows.Count == 0)
            {
                return null;
            }

            var row = rows[Random.Shared.Next(rows.Count)];
            if (row.State == RunPictureState.Working && row.Attempts >= MaxAttempts)
            {
                await FailAsync(
                    new RunClaim(run, row.PictureId, row.Owner, row.Attempts),
                    $"The process that searched the picture ended before it was done, {row.Attempts} times.",
                    cancellationToken);
            }
            else if (await databases.WriteAsync((db, token) => TakeAsync(db, row, owner, now, token), cancellationToken))
            {
                return new RunClaim(run, row.PictureId, owner, row.Attempts + 1);
            }
        }
    }

    /// <summary>Renews a claim.</summary>
    public async Task<ClaimStanding> RenewAsync(RunClaim claim, CancellationToken cancellationToken)
    {
        var until = clock.Now() + _options.ClaimTime;
        return await databases.WriteAsync(
            async (db, token) =>
            {
                var renewed = await Claimed(db, claim).ExecuteUpdateAsync(
                    one => one.SetProperty(picture => picture.ClaimUntil, until), token);
                return renewed == 0 ? ClaimStanding.Lost
                    : await db.Runs.AnyAsync(row => row.Id == claim.Run && row.State == RunState.Running, token)
                        ? ClaimStanding.Held
                        : ClaimStanding.RunStopped;
            },
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Puts a picture back, for any worker to begin again. Nothing happens to a claim that has ended.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="isCounted">True where the attempt counts as one that failed.</param>
    /// <param name="reason">Why it was put back, or empty.</param>
    /// <param name="notBefore">Time before which it is not begun; null: at once.</param>
    /// <param name="cancellationToken">Gives up; the claim then ends by itself.</param>
    public Task PutBackAsync(
        RunClaim claim,
        bool isCounted,
        string reason,
        DateTimeOffset? notBefore,
        CancellationToken cancellationToken)
    {
        var attempts = claim.Attempt - (isCounted ? 0 : 1);
        return databases.WriteAsync(
            (db, token) => Claimed(db, claim).ExecuteUpdateAsync(
                one => one
                    .SetProperty(picture => picture.State, RunPictureState.Waiting)
                    .SetProperty(picture => picture.Owner, "")
                    .SetProperty(picture => picture.ClaimUntil, notBefore)
                    .SetProperty(picture => picture.Attempts, attempts)
                    .SetProperty(picture => picture.Reason, reason),
                token),
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Ends a picture as failed. Nothing happens to a claim that has ended.</summary>
    public Task FailAsync(RunClaim claim, string reason, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return databases.WriteAsync(
            async (db, token) =>
            {
                var failed = await Claimed(db, claim).ExecuteUpdateAsync(
                    one => one
                        .SetProperty(picture => picture.State, RunPictureState.Failed)
                        .SetProperty(picture => picture.Owner, "")
                        .SetProperty(picture => picture.ClaimUntil, (DateTimeOffset?)null)
                        .SetProperty(picture => picture.Reason, reason)
                        .SetProperty(picture => picture.EndTime, now),
                    token);
                await db.Runs.Where(row => row.Id == claim.Run && failed == 1).ExecuteUpdateAsync(
                    row => row.SetProperty(run => run.FailedCount, run => run.FailedCount + 1), token);
            },
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Takes a picture out of a run: it was deleted or excluded meanwhile.</summary>
    public Task DropAsync(RunClaim claim, CancellationToken cancellationToken) => databases.WriteAsync(
        (db, token) => DropAsync(db, claim, token), cancellationToken, repeatable: true);

    /// <summary>Takes a picture out of a run, in the caller's transaction.</summary>
    public static async Task DropAsync(ProjectsDb db, RunClaim claim, CancellationToken cancellationToken)
    {
        var dropped = await Claimed(db, claim).ExecuteDeleteAsync(cancellationToken);
        await db.Runs.Where(row => row.Id == claim.Run && dropped == 1).ExecuteUpdateAsync(
            row => row.SetProperty(run => run.PictureCount, run => run.PictureCount - 1), cancellationToken);
    }

    /// <summary>The row that a claim holds; none where the claim has ended.</summary>
    public static IQueryable<RunPictureRow> Claimed(ProjectsDb db, RunClaim claim) => db.RunPictures.Where(row =>
        row.RunId == claim.Run && row.PictureId == claim.Picture
        && row.State == RunPictureState.Working && row.Owner == claim.Owner);

    private async Task<bool> TakeAsync(
        ProjectsDb db, RunPictureRow seen, string owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + _options.ClaimTime;
        return await db.RunPictures
            .Where(one => one.RunId == seen.RunId && one.PictureId == seen.PictureId)
            .Where(one => one.State == seen.State && one.Owner == seen.Owner && one.Attempts == seen.Attempts)
            .ExecuteUpdateAsync(
                one => one
                    .SetProperty(picture => picture.State, RunPictureState.Working)
                    .SetProperty(picture => picture.Owner, owner)
                    .SetProperty(picture => picture.ClaimUntil, until)
                    .SetProperty(picture => picture.Attempts, picture => picture.Attempts + 1),
                cancellationToken) == 1;
    }

    /// <summary>Pictures that can be begun: those of claims that have ended, else waiting ones whose time has come.</summary>
    private static async Task<List<RunPictureRow>> ReadyAsync(
        ProjectsDb db, long run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ofRun = db.RunPictures.Where(row => row.RunId == run).OrderBy(row => row.PictureId);
        var lost = await ofRun.Where(row => row.State == RunPictureState.Working && row.ClaimUntil < now)
            .Take(Candidates).ToListAsync(cancellationToken);
        return lost.Count > 0
            ? lost
            : await ofRun
                .Where(row => row.State == RunPictureState.Waiting && (row.ClaimUntil == null || row.ClaimUntil <= now))
                .Take(Candidates).ToListAsync(cancellationToken);
    }
}
