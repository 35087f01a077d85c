using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Sources;

/// <summary>
/// Indexes sources in the background. A process claims a source for a short time and renews the claim with every piece
/// of work; when the process dies, another one, or the same after its restart, goes on at the place that the record
/// names.
/// </summary>
internal sealed partial class SourceIndexer(
    IProjectsDbFactory databases,
    DatabaseStart start,
    SourcePass pass,
    TimeProvider clock,
    ILogger<SourceIndexer> logger) : BackgroundService
{
    /// <summary>Time for which a process claims a source.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromSeconds(60);

    // How long a source waits whose process died, beyond the claim; a source that is new is begun at once.
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _woken = new(0);

    /// <summary>Looks for work now.</summary>
    public void Wake() => _woken.Release();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await start.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await ClaimAsync(stoppingToken) is { } claim)
                {
                    await WorkAsync(claim, stoppingToken);
                }
            }
            catch (Exception error) when (DatabaseFailures.IsAway(error))
            {
                Away(logger, error.Message);
            }

            await _woken.WaitAsync(_period, stoppingToken);
        }
    }

    private async Task WorkAsync(SourceClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            await pass.RunAsync(claim, cancellationToken);
        }
        catch (Exception error) when (error is RpcException or IOException)
        {
            var reason = error is RpcException rpc ? rpc.Status.Detail : error.Message;
            Failed(logger, claim.SourceId, reason);
            await FailAsync(claim, reason, cancellationToken);
        }
    }

    private Task<SourceClaim?> ClaimAsync(CancellationToken cancellationToken) => databases.WriteAsync(
        async (db, token) =>
        {
            var now = clock.Now();
            var open = db.Sources.AsNoTracking()
                .Where(row => row.State == SourceState.Indexing && (row.ClaimUntil == null || row.ClaimUntil <= now));
            foreach (var row in await open.OrderBy(row => row.Id).Take(10).ToListAsync(token))
            {
                var until = now + Claim;
                // Conditional: another process may have claimed the source since it was read.
                var won = await db.Sources
                    .Where(one => one.Id == row.Id && one.State == SourceState.Indexing)
                    .Where(one => one.ClaimUntil == null || one.ClaimUntil <= now)
                    .ExecuteUpdateAsync(set => set.SetProperty(one => one.ClaimUntil, until), token);
                if (won == 1)
                {
                    return await ClaimOfAsync(db, row, until, token);
                }
            }

            return null;
        },
        cancellationToken);

    private static async Task<SourceClaim?> ClaimOfAsync(
        ProjectsDb db, SourceRow row, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var tenant = await db.Projects.Where(project => project.Id == row.ProjectId && project.DeleteTime == null)
            .Select(project => project.Tenant).FirstOrDefaultAsync(cancellationToken);
        return tenant is null
            ? null
            : new SourceClaim(row.Id, row.ProjectId, tenant, row.Uri, row.Cursor) { Until = until };
    }

    private Task FailAsync(
        SourceClaim claim, string reason, CancellationToken cancellationToken) => databases.WriteAsync(
        async (db, token) =>
        {
            if (await db.Sources.FirstOrDefaultAsync(one => one.Id == claim.SourceId, token) is { } row
                && row.ClaimUntil == claim.Until)
            {
                (row.State, row.ClaimUntil, row.IndexTime) = (SourceState.Failed, null, clock.Now());
                SourceMessages.AddError(row, row.Uri, reason);
            }
        },
        cancellationToken);

    [LoggerMessage(1, LogLevel.Warning, "Indexing waits for the database: {Reason}")]
    private static partial void Away(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Indexing source {Source} ended: {Reason}")]
    private static partial void Failed(ILogger logger, long source, string reason);
}
