using System.Globalization;
using Grpc.Core;
using Segmentation.Formats.Registry;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Transfers.Uploads;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers;

/// <summary>The RPCs of transfers.</summary>
internal sealed class TransferEndpoint(
    TransferRecord transfers,
    UploadStore uploads,
    ProjectAccess access,
    IProjectsDbFactory databases,
    StateWatch watch) : TransferService.TransferServiceBase
{

    public override async Task<Transfer> StartExport(StartExportRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        if (DatasetFormats.FindWriter(request.Format) is null)
        {
            throw ProjectProblem.Invalid(
                "format",
                $"is {ProjectProblem.Quoted(request.Format)}; formats are "
                    + string.Join(", ", DatasetFormats.Writers.Select(writer => writer.Format)));
        }

        await using (var db = databases.Open())
        {
            // A wrong filter is said now, and not by a transfer that fails.
            _ = db.Pictures(grant.ProjectId, request.Filter);
        }

        return await StartAsync(
            new(TransferKind.Export, grant.ProjectId, grant.Tenant, grant.Subject, request.Format, request, Id(request.RequestId)),
            context);
    }

    public override async Task<Transfer> StartImport(StartImportRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        if (request.Format.Length > 0
            && request.Format != DatasetFormats.Pictures
            && DatasetFormats.FindReader(request.Format) is null)
        {
            throw ProjectProblem.Invalid(
                "format",
                $"is {ProjectProblem.Quoted(request.Format)}; formats are {DatasetFormats.Pictures}, "
                    + string.Join(", ", DatasetFormats.Readers.Select(reader => reader.Format))
                    + ", or nothing to find out");
        }

        await CheckUploadAsync(
            TransferKind.Import, grant.ProjectId, grant.Caller, request.Upload, request.RequestId, context);
        return await StartAsync(
            new(TransferKind.Import, grant.ProjectId, grant.Tenant, grant.Subject, request.Format, request, Id(request.RequestId)),
            context);
    }

    public override async Task<Transfer> StartBackup(StartBackupRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await StartAsync(
            new(TransferKind.Backup, grant.ProjectId, grant.Tenant, grant.Subject, "backup", request, Id(request.RequestId)),
            context);
    }

    public override async Task<Transfer> RestoreProject(RestoreProjectRequest request, ServerCallContext context)
    {
        var caller = ProjectCaller.Of(context.GetHttpContext());
        await CheckUploadAsync(TransferKind.Restore, null, caller, request.Upload, request.RequestId, context);
        if (request.Name.Length > 200)
        {
            throw ProjectProblem.Invalid(
                "name", $"has {request.Name.Length} characters; a project's name has 1 to 200, or none for that of the backup");
        }

        return await StartAsync(
            new(
                TransferKind.Restore,
                Guid.CreateVersion7(),
                caller.Tenant,
                caller.Subject,
                "backup",
                request,
                Id(request.RequestId)),
            context);
    }

    public override async Task<Transfer> GetTransfer(GetTransferRequest request, ServerCallContext context) =>
        TransferRecord.MessageOf(await FindAsync(request.Project, request.Transfer, context));

    public override async Task<ListTransfersResponse> ListTransfers(
        ListTransfersRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var size = Pages.SizeOf(request.PageSize);
        var before = Pages.Number(request, request.PageToken) ?? long.MaxValue;
        var rows = await transfers.ListAsync(grant.ProjectId, before, size + 1, context.CancellationToken);
        var page = rows.Take(size).ToList();
        return new ListTransfersResponse
        {
            Transfers = { page.Select(TransferRecord.MessageOf) },
            NextPageToken = rows.Count > size ? Pages.Token(request, page[^1].Id) : "",
        };
    }

    public override async Task<Transfer> CancelTransfer(CancelTransferRequest request, ServerCallContext context)
    {
        var row = await FindAsync(request.Project, request.Transfer, context);
        if (row.Kind is TransferKind.Import or TransferKind.Backup)
        {
            await access.RequireAsync(context, request.Project, Role.Manager);
        }

        await transfers.CancelAsync(row.ProjectId, row.Id, context.CancellationToken);
        return TransferRecord.MessageOf(await transfers.GetAsync(row.ProjectId, row.Id, context.CancellationToken));
    }

    public override async Task<ListTransferErrorsResponse> ListTransferErrors(
        ListTransferErrorsRequest request, ServerCallContext context)
    {
        var transfer = await FindAsync(request.Project, request.Transfer, context);
        var size = Pages.SizeOf(request.PageSize);
        var after = Pages.Number(request, request.PageToken) ?? 0;
        var rows = await transfers.ListErrorsAsync(transfer.Id, after, size + 1, context.CancellationToken);
        var page = rows.Take(size).ToList();
        return new ListTransferErrorsResponse
        {
            Errors =
            {
                page.Select(row => new ItemError { Item = row.Item, Field = row.Field, Reason = row.Reason }),
            },
            NextPageToken = rows.Count > size ? Pages.Token(request, page[^1].Id) : "",
        };
    }

    public override Task WatchTransfer(
        WatchTransferRequest request, IServerStreamWriter<Transfer> responseStream, ServerCallContext context) =>
        watch.RunAsync(
            async () => TransferRecord.MessageOf(await FindAsync(request.Project, request.Transfer, context)),
            transfer => transfer.State != TransferState.Running,
            responseStream,
            context);

    /// <summary>
    /// A transfer that the caller may see: with the role viewer, or as the one who started the restoration, whose
    /// project is not there before its end.
    /// </summary>
    private async Task<TransferRow> FindAsync(string project, long transfer, ServerCallContext context)
    {
        var caller = ProjectCaller.Of(context.GetHttpContext());
        var id = ProjectAccess.ParseId("project", project);
        var row = await transfers.FindAsync(id, transfer, context.CancellationToken);
        if (row is { Kind: TransferKind.Restore } && row.Tenant == caller.Tenant && row.Creator == caller.Subject)
        {
            return row;
        }

        await access.RequireAsync(context, project, Role.Viewer);
        return row ?? throw ProjectProblem.NotFound(nameof(Transfer), transfer.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Checks that an upload is whole. A request that was sent before needs none: its upload may be gone.</summary>
    private async Task CheckUploadAsync(
        TransferKind kind, Guid? project, ProjectCaller caller, string upload, string request, ServerCallContext context)
    {
        var id = ProjectAccess.ParseId("upload", upload);
        if (Id(request) is { } known
            && await transfers.WasStartedAsync(kind, project, caller, known, context.CancellationToken))
        {
            return;
        }

        var row = await uploads.FindAsync(caller.Tenant, project, id, context.CancellationToken);
        if (!row.Complete)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "UPLOAD_INCOMPLETE",
                $"The upload has {row.ReceivedBytes} of {row.SizeBytes} bytes. Send the rest first.");
        }
    }

    private async Task<Transfer> StartAsync(NewTransfer transfer, ServerCallContext context) =>
        TransferRecord.MessageOf(await transfers.StartAsync(transfer, context.CancellationToken));

    private static Guid? Id(string request) => ProjectAccess.ParseRequestId(request);
}
