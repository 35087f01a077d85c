using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>
/// Chooses the next picture to work on and leases it, in one transaction: two people never get the same.
/// </summary>
internal sealed class NextPictures(
    IProjectsDbFactory databases,
    Leases leases,
    PictureSignals signals,
    EmbeddingsAhead embeddings,
    TimeProvider clock)
{
    // Enough that the first ones may be taken by others between the choice and the lock.
    private const int Candidates = 16;
    private const int Upcoming = 3;
    private const int MostRounds = 50;

    /// <summary>Hands out a picture.</summary>
    /// <exception cref="RpcException">
    /// NOT_FOUND: none is left, or no such job. FAILED_PRECONDITION: the job is over or somebody else's.
    /// </exception>
    public async Task<NextPictureResponse> NextAsync(
        ProjectGrant grant, NextPictureRequest request, CancellationToken cancellationToken)
    {
        PictureLeases.CheckHolder(request.Holder);
        for (var round = 0; round < MostRounds; round++)
        {
            var (taken, others, isLast) = await databases.WriteAsync(
                (db, token) => TryTakeAsync(db, grant, request, token), cancellationToken);
            if (taken is { } found)
            {
                signals.Publish(found.Picture.Id);
                embeddings.Ask(grant.Tenant, [found.Picture, .. others], grant.Settings.Model);
                return new NextPictureResponse
                {
                    Picture = PictureMessages.Of(found.Picture, found.Lease),
                    Upcoming = { others.Select(row => row.Id) },
                };
            }

            if (isLast)
            {
                break;
            }
        }

        throw ProjectProblem.NotFound(
            nameof(Picture),
            "",
            "No picture is left to work on: all that pass the filter are finished, or others work on them.");
    }

    private async Task<(Taken? Taken, List<PictureRow> Others, bool IsLast)> TryTakeAsync(
        ProjectsDb db, ProjectGrant grant, NextPictureRequest request, CancellationToken cancellationToken)
    {
        var layer = await LayerAsync(db, grant, request.Job, cancellationToken);
        var candidates = await CandidatesAsync(db, grant, request, layer, cancellationToken);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (await TryLockAsync(db, grant.ProjectId, candidates[i].Id, cancellationToken) is not { } picture
                || await IsHeldAsync(db, picture.Id, layer, grant, request.Holder, cancellationToken))
            {
                continue;
            }

            var lease = await leases.TakeAsync(
                db,
                picture.Id,
                layer,
                grant.Subject,
                request.Holder,
                Leases.DefaultLifetime,
                takeOver: false,
                cancellationToken);
            var others = candidates.Where(other => other.Id != picture.Id).Skip(i).Take(Upcoming).ToList();
            return (new Taken(picture, lease), others, false);
        }

        return (null, [], candidates.Count < Candidates);
    }

    private async Task<List<PictureRow>> CandidatesAsync(
        ProjectsDb db, ProjectGrant grant, NextPictureRequest request, long layer, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var (subject, holder) = (grant.Subject, request.Holder);
        var filter = request.Filter?.Clone();
        filter?.States.Clear();
        var pictures = db.UsablePictures(grant.ProjectId, filter)
            .Where(row => row.Id != request.After)
            .Where(row => !db.Leases.Any(lease => lease.PictureId == row.Id
                && lease.JobId == layer
                && lease.Until > now
                && (lease.Subject != subject || lease.Holder != holder)));
        pictures = request.Job == 0
            ? pictures.Where(row => row.State == PictureState.New
                || row.State == PictureState.InProgress
                || row.State == PictureState.ToRevisit)
            : pictures.Where(row => db.JobPictures.Any(one =>
                one.JobId == request.Job && one.PictureId == row.Id && one.State == JobPictureState.Todo));
        return await NextOrder.FirstAsync(pictures, grant.Settings, Candidates, cancellationToken);
    }

    private async Task<bool> IsHeldAsync(
        ProjectsDb db,
        long picture,
        long layer,
        ProjectGrant grant,
        string holder,
        CancellationToken cancellationToken) =>
        await leases.FindAsync(db, picture, layer, cancellationToken) is { } lease
            && (lease.Subject != grant.Subject || lease.Holder != holder);

    /// <summary>Locks a picture unless somebody else has it locked right now.</summary>
    private static async Task<PictureRow?> TryLockAsync(
        ProjectsDb db, Guid project, long picture, CancellationToken cancellationToken)
    {
        if (db.Database.IsSqlite())
        {
            return await db.LockPictureAsync(project, picture, cancellationToken);
        }

        var rows = await db.Pictures
            .FromSql($"""SELECT * FROM "Pictures" WHERE "Id" = {picture} FOR UPDATE SKIP LOCKED""")
            .ToListAsync(cancellationToken);
        return rows is [var row] && row.DeleteTime is null ? row : null;
    }

    private static async Task<long> LayerAsync(
        ProjectsDb db, ProjectGrant grant, long job, CancellationToken cancellationToken)
    {
        if (job == 0)
        {
            return 0;
        }

        var row = await db.Jobs.AsNoTracking().FirstOrDefaultAsync(
            one => one.Id == job && one.ProjectId == grant.ProjectId, cancellationToken)
            ?? throw ProjectProblem.NotFound(nameof(Job), $"{job}");
        if (row.State is JobState.Done or JobState.Cancelled)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "JOB_OVER",
                $"The job {ProjectProblem.Quoted(row.Name)} is {row.State.ToString().ToLowerInvariant()}: it hands "
                    + "out no pictures. A manager can open it again.");
        }

        return row.Assignee.Length == 0 || row.Assignee == grant.Subject || grant.Role == Role.Manager
            ? JobLayers.Of(row.Kind, job)
            : throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "JOB_OF_ANOTHER",
                $"The job {ProjectProblem.Quoted(row.Name)} is {ProjectProblem.Quoted(row.Assignee)}'s. A manager "
                    + "can assign it to you.");
    }

    private sealed record Taken(PictureRow Picture, LeaseRow Lease);
}
