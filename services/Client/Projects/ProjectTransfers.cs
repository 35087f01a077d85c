using System.Runtime.CompilerServices;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Imports, exports and backups, with their files.</summary>
public sealed class ProjectTransfers
{
    private readonly ProjectsConnection _connection;
    private readonly TransferService.TransferServiceClient _transfers;

    internal ProjectTransfers(ProjectsConnection connection)
    {
        _connection = connection;
        _transfers = new TransferService.TransferServiceClient(connection.Channel);
    }

    /// <summary>Project id under which a backup is uploaded that is to become a new project.</summary>
    public const string RestoreProject = "restore";

    /// <summary>Starts an export, once however often connections are lost.</summary>
    /// <param name="request">Format and filter; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the export may have started then.</param>
    public Task<Transfer> StartExportAsync(StartExportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = IdOr(copy.RequestId);
        return _connection.CallAsync(call => _transfers.StartExportAsync(copy, call), cancellationToken);
    }

    /// <summary>Starts an import of an upload, once however often connections are lost.</summary>
    /// <param name="request">Upload and format; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the import may have started then.</param>
    public Task<Transfer> StartImportAsync(StartImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = IdOr(copy.RequestId);
        return _connection.CallAsync(call => _transfers.StartImportAsync(copy, call), cancellationToken);
    }

    /// <summary>Starts a backup, once however often connections are lost.</summary>
    /// <param name="request">The project, with or without pictures; a request id is made where none is given.</param>
    /// <param name="cancellationToken">Gives up; the backup may have started then.</param>
    public Task<Transfer> StartBackupAsync(StartBackupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = IdOr(copy.RequestId);
        return _connection.CallAsync(call => _transfers.StartBackupAsync(copy, call), cancellationToken);
    }

    /// <summary>Makes a new project of a backup, once however often connections are lost.</summary>
    /// <param name="request">
    /// Upload under <see cref="RestoreProject"/>, and name; a request id is made where none is given.
    /// </param>
    /// <param name="cancellationToken">Gives up; the restoration may have started then.</param>
    /// <returns>The transfer; <c>Project</c> is the id of the new project.</returns>
    public Task<Transfer> RestoreAsync(RestoreProjectRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copy = request.Clone();
        copy.RequestId = IdOr(copy.RequestId);
        return _connection.CallAsync(call => _transfers.RestoreProjectAsync(copy, call), cancellationToken);
    }

    /// <summary>Describes a transfer.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="transfer">Id of the transfer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Transfer> GetAsync(string project, long transfer, CancellationToken cancellationToken = default)
    {
        var request = new GetTransferRequest { Project = project, Transfer = transfer };
        return _connection.CallAsync(call => _transfers.GetTransferAsync(request, call), cancellationToken);
    }

    /// <summary>Lists transfers, newest first.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Transfer> ListAsync(
        string project, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListTransfersRequest { Project = project };
        do
        {
            var page = await _connection
                .CallAsync(call => _transfers.ListTransfersAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var transfer in page.Transfers)
            {
                yield return transfer;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Ends a transfer; what was imported stays.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="transfer">Id of the transfer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Transfer> CancelAsync(string project, long transfer, CancellationToken cancellationToken = default)
    {
        var request = new CancelTransferRequest { Project = project, Transfer = transfer };
        return _connection.CallAsync(call => _transfers.CancelTransferAsync(request, call), cancellationToken);
    }

    /// <summary>Lists items that a transfer left out, with reasons.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="transfer">Id of the transfer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ItemError> ListErrorsAsync(
        string project, long transfer, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListTransferErrorsRequest { Project = project, Transfer = transfer, PageSize = 1000 };
        do
        {
            var page = await _connection
                .CallAsync(call => _transfers.ListTransferErrorsAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var error in page.Errors)
            {
                yield return error;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Tells a transfer's progress until the transfer ends, over lost connections, too.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="transfer">Id of the transfer.</param>
    /// <param name="cancellationToken">Ends the watch; the transfer goes on.</param>
    public IAsyncEnumerable<Transfer> WatchAsync(
        string project, long transfer, CancellationToken cancellationToken = default)
    {
        var request = new WatchTransferRequest { Project = project, Transfer = transfer };
        return _connection.StreamAsync(
            call => _transfers.WatchTransfer(request, call), isEndless: false, cancellationToken);
    }

    /// <summary>Uploads a file for an import or a restoration. An upload that was cut off goes on where it was.</summary>
    /// <param name="project">Id of the project, or <see cref="RestoreProject"/>.</param>
    /// <param name="path">Path of the file.</param>
    /// <param name="upload">
    /// Id of the upload, a UUID: the same id goes on with the same upload, also in another process. Null: a new one.
    /// </param>
    /// <param name="progress">Told the bytes that have arrived.</param>
    /// <param name="cancellationToken">Gives up; what has arrived stays for a day.</param>
    /// <returns>Id of the upload.</returns>
    public Task<string> UploadAsync(
        string project,
        string path,
        string? upload = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default) =>
        new FileUpload(_connection, project, upload ?? ProjectsClient.NewId(), progress)
            .SendAsync(path, cancellationToken);

    /// <summary>
    /// Downloads the result of a transfer. The bytes go into <paramref name="path"/> with <c>.part</c> behind it, which
    /// is renamed when all are there; a download that was cut off goes on from that file.
    /// </summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="transfer">Id of the transfer, which must be done.</param>
    /// <param name="path">Path of the file to write.</param>
    /// <param name="progress">Told the bytes that have arrived.</param>
    /// <param name="cancellationToken">Gives up; what has arrived stays.</param>
    public Task DownloadAsync(
        string project,
        long transfer,
        string path,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default) =>
        new FileDownload(_connection, $"/v1/projects/{Uri.EscapeDataString(project)}/transfers/{transfer}/file", progress)
            .ReceiveAsync(path, cancellationToken);

    private static string IdOr(string id) => id.Length > 0 ? id : ProjectsClient.NewId();
}
