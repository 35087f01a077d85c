using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers;

/// <summary>Transfers in the record: starting, finding, listing and cancelling.</summary>
internal sealed class TransferRecord(
    IProjectsDbFactory databases, TransferQueue queue, IOptions<TransferOptions> options, TimeProvider clock)
{
    /// <summary>Starts a transfer; a request that was sent before answers the same.</summary>
    /// <param name="transfer">The transfer, without state and times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many of the tenant's transfers wait.</exception>
    public async Task<TransferRow> StartAsync(NewTransfer transfer, CancellationToken cancellationToken)
    {
        var row = await databases.WriteAsync(
            async (db, token) =>
            {
                var caller = new ProjectCaller(transfer.Tenant, transfer.Creator);
                if (transfer.RequestId is { } request
                    && await FindSameAsync(db, transfer.Kind, transfer.ProjectId, caller, request, token) is { } known)
                {
                    return known;
                }

                var waiting = await db.Transfers.CountAsync(
                    row => row.Tenant == transfer.Tenant && row.State == TransferState.Running, token);
                if (waiting >= options.Value.MaxWaitingPerTenant)
                {
                    throw Full(waiting);
                }

                var row = RowOf(transfer);
                db.Transfers.Add(row);
                await db.SaveChangesAsync(token);
                return row;
            },
            cancellationToken,
            repeatable: true);
        queue.Wake();
        return row;
    }

    /// <summary>Tells if a request was sent before.</summary>
    public Task<bool> WasStartedAsync(
        TransferKind kind, Guid? project, ProjectCaller caller, Guid request, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            async (db, token) => await FindSameAsync(db, kind, project, caller, request, token) is not null,
            cancellationToken);

    /// <summary>Finds a transfer of a project.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the project has none with this number.</exception>
    public async Task<TransferRow> GetAsync(Guid project, long id, CancellationToken cancellationToken) =>
        await FindAsync(project, id, cancellationToken)
        ?? throw ProjectProblem.NotFound(nameof(Transfer), id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Finds a transfer of a project; null: the project has none with this number.</summary>
    public Task<TransferRow?> FindAsync(Guid project, long id, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Transfers.FirstOrDefaultAsync(row => row.Id == id && row.ProjectId == project, token),
            cancellationToken);

    /// <summary>Lists transfers, newest first.</summary>
    public Task<List<TransferRow>> ListAsync(
        Guid project, long before, int count, CancellationToken cancellationToken) => databases.ReadAsync(
            (db, token) => db.Transfers.Where(row => row.ProjectId == project && row.Id < before)
                .OrderByDescending(row => row.Id)
                .Take(count)
                .ToListAsync(token),
            cancellationToken);

    /// <summary>Lists items that a transfer left out.</summary>
    public Task<List<TransferErrorRow>> ListErrorsAsync(
        long transfer, long after, int count, CancellationToken cancellationToken) => databases.ReadAsync(
            (db, token) => db.TransferErrors.Where(row => row.TransferId == transfer && row.Id > after)
                .OrderBy(row => row.Id)
                .Take(count)
                .ToListAsync(token),
            cancellationToken);

    /// <summary>Cancels a transfer; one that has ended stays as it is. Its process hears of it within seconds.</summary>
    public Task CancelAsync(Guid project, long id, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return databases.WriteAsync(
            (db, token) => db.Transfers
                .Where(row => row.Id == id && row.ProjectId == project && row.State == TransferState.Running)
                .ExecuteUpdateAsync(
                    row => row.SetProperty(r => r.State, TransferState.Cancelled)
                        .SetProperty(r => r.EndTime, now)
                        .SetProperty(r => r.Owner, "")
                        .SetProperty(r => r.ClaimUntil, (DateTimeOffset?)null),
                    token),
            cancellationToken,
            repeatable: true);
    }

    /// <summary>The message of a transfer.</summary>
    public static Transfer MessageOf(TransferRow row) => new()
    {
        Id = row.Id,
        Kind = row.Kind,
        Format = row.Format,
        State = row.State,
        ItemCount = row.ItemCount,
        DoneCount = row.DoneCount,
        AnnotationCount = row.AnnotationCount,
        ErrorCount = row.ErrorCount,
        Reason = row.Reason,
        SizeBytes = row.SizeBytes,
        FileName = row.FileName,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
        EndTime = row.EndTime is { } end ? Timestamp.FromDateTimeOffset(end) : null,
        ExpireTime = row.ExpireTime is { } expire ? Timestamp.FromDateTimeOffset(expire) : null,
        Creator = row.Creator,
        Project = row.ProjectId.ToString("D"),
    };

    // The project of a restoration is new with each request: there the tenant's restorations are looked through.
    private static Task<TransferRow?> FindSameAsync(
        ProjectsDb db,
        TransferKind kind,
        Guid? project,
        ProjectCaller caller,
        Guid request,
        CancellationToken cancellationToken)
    {
        var rows = db.Transfers.AsNoTracking().Where(row => row.RequestId == request);
        return kind == TransferKind.Restore
            ? rows.Where(row => row.Kind == kind && row.Tenant == caller.Tenant)
                .FirstOrDefaultAsync(row => row.Creator == caller.Subject, cancellationToken)
            : rows.FirstOrDefaultAsync(row => row.ProjectId == project, cancellationToken);
    }

    private TransferRow RowOf(NewTransfer transfer) => new()
    {
        ProjectId = transfer.ProjectId,
        Tenant = transfer.Tenant,
        Kind = transfer.Kind,
        State = TransferState.Running,
        Format = transfer.Format,
        Request = transfer.Request.ToByteArray(),
        RequestId = transfer.RequestId,
        Creator = transfer.Creator,
        CreateTime = clock.Now(),
        Cursor = "",
        Reason = "",
        ObjectKey = "",
        FileName = "",
        Owner = "",
    };

    private RpcException Full(int waiting) => ProjectProblem.Of(
        StatusCode.ResourceExhausted,
        "TRANSFERS_WAITING",
        $"{waiting} transfers of your tenant are at work or wait, and {options.Value.MaxWaitingPerTenant} may. Try again "
            + "when some are done, or cancel some.",
        new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(30)) });
}
