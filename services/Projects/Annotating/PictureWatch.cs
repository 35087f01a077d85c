using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>
/// Sends the operations of a picture as they happen, and its lease when it changes. The caller's role is asked again
/// all the time, so that whoever loses it is out within seconds.
/// </summary>
internal sealed class PictureWatch(
    ProjectAccess access,
    IProjectsDbFactory databases,
    Leases leases,
    PictureSignals signals,
    TenantWatchers watchers,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    private const int MostOperations = 100;
    private const int MaxMessageBytes = 1024 * 1024;
    private static readonly TimeSpan _accessLasts = TimeSpan.FromSeconds(2);

    /// <summary>Watches until the caller leaves, loses the role, or the picture is deleted.</summary>
    public async Task RunAsync(
        WatchPictureRequest request, IServerStreamWriter<WatchPictureResponse> answers, ServerCallContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await WatchAsync(request, answers, context, ends.Token);
        }
        catch (OperationCanceledException) when (
            lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            // Ends in order: the client watches again, after the last number that it has, and finds another process.
        }
    }

    private async Task WatchAsync(
        WatchPictureRequest request,
        IServerStreamWriter<WatchPictureResponse> answers,
        ServerCallContext context,
        CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        using var watcher = watchers.Begin(grant.Tenant);

        // Before the first look, so that what is committed after it is signalled.
        using var subscription = signals.Subscribe(request.Picture);
        var (after, isCurrent) = (request.After, false);
        LeaseRow? lease = null;
        while (true)
        {
            var look = await LookAsync(grant.ProjectId, request, after, cancellationToken);
            var operations = MessageBytes.Fit(look.Operations, MaxMessageBytes);
            var isAll = operations.Count == look.Operations.Count && operations.Count < MostOperations;
            var answer = new WatchPictureResponse { Operations = { operations }, Current = isAll && !isCurrent };
            if (isAll && (!isCurrent || !AreSame(lease, look.Lease)))
            {
                (lease, answer.Lease) = (look.Lease, Leases.MessageOf(look.Lease));
            }

            if (operations.Count > 0 || answer.Current || answer.Lease is not null)
            {
                await answers.WriteAsync(answer, cancellationToken);
            }

            after = isAll ? Math.Max(after, look.Revision) : operations[^1].Sequence;
            after = operations.Count > 0 ? Math.Max(after, operations[^1].Sequence) : after;
            isCurrent |= isAll;
            if (isAll)
            {
                await WaitAsync(subscription, lease, context, request, cancellationToken);
            }
        }
    }

    /// <summary>Waits for a signal or the end of the lease, and asks for the caller's role meanwhile.</summary>
    private async Task WaitAsync(
        PictureSubscription subscription,
        LeaseRow? lease,
        ServerCallContext context,
        WatchPictureRequest request,
        CancellationToken cancellationToken)
    {
        while (!await subscription.WaitAsync(_accessLasts, clock, cancellationToken))
        {
            await access.RequireAsync(context, request.Project, Role.Viewer);
            if (lease is not null && lease.Until <= clock.Now())
            {
                return;
            }
        }

        await access.RequireAsync(context, request.Project, Role.Viewer);
    }

    private Task<Look> LookAsync(
        Guid project, WatchPictureRequest request, long after, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            async (db, token) =>
            {
                var picture = await PictureSizes.RequireAsync(db, project, request.Picture, token);
                var layer = await JobLayers.FindAsync(db, project, picture.Id, request.Job, token);
                var operations = await PictureHistory.ReadAsync(
                    db, picture, null, layer, after, MostOperations, token);
                return new Look(
                    picture.Revision, operations, await leases.FindAsync(db, picture.Id, layer, token));
            },
            cancellationToken);

    private static bool AreSame(LeaseRow? one, LeaseRow? other) =>
        one?.Subject == other?.Subject && one?.Holder == other?.Holder && one?.Until == other?.Until;

    private sealed record Look(long Revision, List<Operation> Operations, LeaseRow? Lease);
}
