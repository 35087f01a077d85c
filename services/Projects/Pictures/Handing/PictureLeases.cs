using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>Takes, renews, takes over and ends leases of pictures that callers name.</summary>
internal sealed partial class PictureLeases(
    IProjectsDbFactory databases,
    Leases leases,
    PictureSignals signals,
    EmbeddingsAhead embeddings,
    ILogger<PictureLeases> logger)
{
    private const int LeastSeconds = 30;
    private const int MostSeconds = 600;

    /// <summary>Takes, renews or takes over a lease.</summary>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION with the lease: somebody else holds it. NOT_FOUND: no such picture, or no such job with it.
    /// </exception>
    public async Task<Lease> TakeAsync(
        ProjectGrant grant, LeasePictureRequest request, CancellationToken cancellationToken)
    {
        CheckHolder(request.Holder);
        if (request.Seconds != 0 && request.Seconds is < LeastSeconds or > MostSeconds)
        {
            throw ProjectProblem.Invalid(
                "seconds", $"is {request.Seconds}; it must be {LeastSeconds} to {MostSeconds}, or 0 for the usual "
                    + "time");
        }

        var lifetime = request.Seconds == 0 ? Leases.DefaultLifetime : TimeSpan.FromSeconds(request.Seconds);
        var (lease, before, picture) = await databases.WriteAsync(
            async (db, token) =>
            {
                var row = await db.LockPictureAsync(grant.ProjectId, request.Picture, token)
                    ?? throw PictureLookup.Missing(request.Picture);
                var layer = await JobLayers.FindAsync(db, grant.ProjectId, row.Id, request.Job, token);
                var held = await leases.FindAsync(db, row.Id, layer, token);
                var old = held is null ? null : Leases.MessageOf(held);
                var taken = await leases.TakeAsync(
                    db, row.Id, layer, grant.Subject, request.Holder, lifetime, request.TakeOver, token);
                return (Leases.MessageOf(taken), old, row);
            },
            cancellationToken,
            repeatable: true);
        if (before is not null && (before.Subject != grant.Subject || before.Holder != request.Holder))
        {
            TakenOver(logger, grant.Subject, before.Subject, request.Picture, grant.ProjectId);
        }

        if (before is null || before.Holder != request.Holder)
        {
            // Renewals every half minute change nothing that others see.
            signals.Publish(request.Picture);
            embeddings.Ask(grant.Tenant, [picture], grant.Settings.Model);
        }

        return lease;
    }

    /// <summary>Ends a lease of the caller.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the job has no such picture.</exception>
    public async Task ReleaseAsync(
        ProjectGrant grant, ReleasePictureRequest request, CancellationToken cancellationToken)
    {
        CheckHolder(request.Holder);
        var released = await databases.WriteAsync(
            async (db, token) =>
            {
                if (await db.LockPictureAsync(grant.ProjectId, request.Picture, token) is null)
                {
                    return false;
                }

                var layer = await JobLayers.FindAsync(db, grant.ProjectId, request.Picture, request.Job, token);
                return await Leases.ReleaseAsync(
                    db, request.Picture, layer, grant.Subject, request.Holder, token);
            },
            cancellationToken,
            repeatable: true);
        if (released)
        {
            signals.Publish(request.Picture);
        }
    }

    /// <summary>Checks the name of a window or a program.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: no UUID.</exception>
    public static void CheckHolder(string holder) => ProjectAccess.ParseId("holder", holder);

    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Subject} took the lease of picture {Picture} in project {Project} over from {Holder}")]
    private static partial void TakenOver(ILogger logger, string subject, string holder, long picture, Guid project);
}
