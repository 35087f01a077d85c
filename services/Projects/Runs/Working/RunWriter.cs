using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>
/// Writes the masks of a picture and that the picture is done in one transaction, which takes place only while the
/// claim lasts: whatever dies, a picture's masks are all there or none, and once.
/// </summary>
internal sealed class RunWriter(
    IProjectsDbFactory databases, AnnotationWriter annotations, Leases leases, TimeProvider clock)
{
    /// <summary>Outcome: somebody drew on the picture since its masks were compared.</summary>
    private const int Drawn = -1;

    /// <summary>Outcome: the claim has ended.</summary>
    private const int Ended = -2;

    /// <summary>
    /// Time at which somebody's lease of the picture ends; null: the run may write. Proposals change nothing that a
    /// person draws, so they do not wait for leases.
    /// </summary>
    public Task<DateTimeOffset?> LeasedUntilAsync(RunRow run, PictureRow picture, CancellationToken cancellationToken) =>
        run.Stage == RunStage.SemiAutomatic
            ? Task.FromResult<DateTimeOffset?>(null)
            : databases.ReadAsync(
                async (db, token) => (await leases.FindAsync(db, picture.Id, 0, token))?.Until, cancellationToken);

    /// <summary>Writes what was found and the picture does not have yet.</summary>
    /// <param name="run">The run.</param>
    /// <param name="claim">The claim on the picture.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="findings">Masks of the search.</param>
    /// <param name="cancellationToken">Gives up; nothing is written then, unless the commit has begun.</param>
    /// <returns>Number of masks; null: the claim has ended, and nothing was written.</returns>
    public async Task<int?> WriteAsync(
        RunRow run,
        RunClaim claim,
        PictureRow picture,
        RunFindings findings,
        CancellationToken cancellationToken)
    {
        var options = EverythingOptions.Parser.ParseFrom(run.Options);
        while (true)
        {
            // Masks are compared outside of the transaction, which is tried again if somebody drew meanwhile.
            var (revision, there) = await ReadAsync(picture.Id, cancellationToken);
            var chosen = FoundFilter.Choose(findings.Masks, there, options.MinMaskRegionArea, cancellationToken);
            var masks = new RunMask(run, findings.ModelDigest);
            var written = await databases.WriteAsync(
                (db, token) => WriteAsync(db, run, claim, masks, chosen, revision, token),
                cancellationToken,
                repeatable: true);
            if (written > 0)
            {
                annotations.Publish(picture.Id);
            }

            if (written != Drawn)
            {
                return written == Ended ? null : written;
            }
        }
    }

    private async Task<int> WriteAsync(
        ProjectsDb db,
        RunRow run,
        RunClaim claim,
        RunMask masks,
        List<FoundMask> chosen,
        long revision,
        CancellationToken cancellationToken)
    {
        var picture = await db.LockPictureAsync(run.ProjectId, claim.Picture, cancellationToken);
        if (picture is null)
        {
            await RunClaims.DropAsync(db, claim, cancellationToken);
            return Ended;
        }

        if (picture.Revision != revision)
        {
            return Drawn;
        }

        var now = clock.Now();
        var count = chosen.Count;
        var done = await RunClaims.Claimed(db, claim).ExecuteUpdateAsync(
            row => row
                .SetProperty(one => one.State, RunPictureState.Done)
                .SetProperty(one => one.Owner, "")
                .SetProperty(one => one.ClaimUntil, (DateTimeOffset?)null)
                .SetProperty(one => one.MaskCount, count)
                .SetProperty(one => one.Reason, "")
                .SetProperty(one => one.EndTime, now),
            cancellationToken);
        if (done == 0)
        {
            return Ended;
        }

        var top = await db.Annotations
            .Where(row => row.PictureId == picture.Id && row.JobId == 0 && row.DeleteTime == null)
            .MaxAsync(row => (int?)row.Z, cancellationToken) ?? 0;

        // Small masks lie above large ones, so that each can be seen and chosen.
        var result = await annotations.WriteAsync(
            db,
            new AnnotationWrite
            {
                ProjectId = run.ProjectId,
                Picture = picture.Id,
                Author = run.Creator,
                KeepsState = true,
                Operations = [.. chosen.OrderByDescending(one => one.Mask.Area)
                    .Select((one, place) => masks.ToOperation(one, top + 1 + place, now))],
            },
            cancellationToken);
        if (result.Outcomes.FirstOrDefault(outcome => outcome.Result != OperationResult.Applied) is { } refused)
        {
            throw new InvalidDataException($"A mask cannot be written: {refused.Field} {refused.Reason}");
        }

        await db.SaveChangesAsync(cancellationToken);

        // Last, so that other pictures of the run wait for this row only as long as a commit takes.
        await db.Runs.Where(row => row.Id == claim.Run).ExecuteUpdateAsync(
            row => row
                .SetProperty(one => one.DoneCount, one => one.DoneCount + 1)
                .SetProperty(one => one.MaskCount, one => one.MaskCount + count)
                .SetProperty(one => one.Reason, ""),
            cancellationToken);
        return count;
    }

    private Task<(long Revision, List<AnnotationRow> There)> ReadAsync(
        long picture, CancellationToken cancellationToken) => databases.ReadAsync(
            async (db, token) =>
            {
                // The revision first: what is drawn after it is noticed when the masks are written.
                var revision = await db.Pictures.Where(row => row.Id == picture)
                    .Select(row => row.Revision).SingleOrDefaultAsync(token);
                var there = await db.Annotations
                    .Where(row => row.PictureId == picture && row.JobId == 0 && row.DeleteTime == null)
                    .ToListAsync(token);
                return (revision, there);
            },
            cancellationToken);
}
