using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Segmentation.Masks;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Transfers;

/// <summary>A project with its files in and out, as a manager sees them.</summary>
internal sealed class TransferProject : IAsyncDisposable
{
    /// <summary>Width of its pictures in pixels.</summary>
    public const int Width = 48;

    /// <summary>Height of its pictures in pixels.</summary>
    public const int Height = 32;

    private TransferProject(PictureProject project) => Project = project;

    public PictureProject Project { get; }

    public string Id => Project.Name;

    public TransferService.TransferServiceClient Transfers => TransfersOf(Project.Server);

    public AnnotationService.AnnotationServiceClient Annotations => new(Project.Server.As("mia"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TransferProject> CreateAsync(
        DatabaseKind kind = DatabaseKind.Sqlite, Action<WebApplicationBuilder>? configure = null) =>
        new(await PictureProject.CreateAsync(kind, configure: configure));

    public static TransferService.TransferServiceClient TransfersOf(
        ProjectsServer server, string subject = "mia", string tenant = "acme") => new(server.As(subject, tenant));

    /// <summary>Adds a picture that is different from others by its number.</summary>
    public Task<Picture> AddPictureAsync(int number) => Project.AddAsync(
        string.Create(CultureInfo.InvariantCulture, $"picture-{number:d3}.png"),
        TestImages.File(number: number, width: Width, height: Height),
        subject: "mia");

    /// <summary>Draws masks on a picture, each another box.</summary>
    public async Task<List<Annotation>> DrawAsync(long picture, int count, int label = 0)
    {
        var request = new ApplyOperationsRequest { Project = Id, Picture = picture };
        for (var i = 0; i < count; i++)
        {
            request.Operations.Add(TestProject.Create(new Annotation
            {
                Id = Guid.CreateVersion7().ToString(),
                Label = label,
                Mask = Mask(i % 30, i % 20, 5 + (i % 7), 4 + (i % 5)),
                Provenance = new Provenance { Source = AnnotationSource.Assisted, PredictedIou = 0.9f },
            }));
        }

        var answer = await Annotations.ApplyOperationsAsync(request, cancellationToken: Token);
        Assert.All(answer.Outcomes, outcome => Assert.Equal(OperationResult.Applied, outcome.Result));
        return [.. answer.Outcomes.Select(outcome => outcome.Current)];
    }

    /// <summary>Creates a label and gives its id.</summary>
    public async Task<int> AddLabelAsync(string name) => (await new ProjectService.ProjectServiceClient(
        Project.Server.As("mia")).CreateLabelAsync(
            new CreateLabelRequest { Project = Id, Label = new Label { Name = name } }, cancellationToken: Token)).Id;

    /// <summary>Uploads a file in parts of a size, and gives the upload's id.</summary>
    public static async Task<string> UploadAsync(
        ProjectsServer server, string project, string name, byte[] file, int partBytes = 1 << 20, string tenant = "acme")
    {
        using var client = server.RestAs("mia", tenant);
        using var created = await client.PostAsJsonAsync(
            $"/v1/projects/{project}/uploads", new { name, sizeBytes = file.Length }, Token);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
        for (var offset = 0; offset < file.Length; offset += partBytes)
        {
            var part = file.AsMemory(offset, Math.Min(partBytes, file.Length - offset));
            using var answer = await AppendAsync(client, project, id, offset, part.ToArray());
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }

        return id;
    }

    /// <summary>Appends a part to an upload.</summary>
    public static async Task<HttpResponseMessage> AppendAsync(
        HttpClient client, string project, string upload, long offset, byte[] part)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/projects/{project}/uploads/{upload}");
        request.Content = new ByteArrayContent(part);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        return await client.SendAsync(request, Token);
    }

    /// <summary>Imports a file.</summary>
    public async Task<Transfer> ImportAsync(string name, byte[] file, string format = "", bool asProposals = false)
    {
        var upload = await UploadAsync(Project.Server, Id, name, file);
        var started = await Transfers.StartImportAsync(
            new StartImportRequest { Project = Id, Upload = upload, Format = format, AsProposals = asProposals },
            cancellationToken: Token);
        return await EndAsync(Transfers, started);
    }

    /// <summary>Exports, and gives the files of the archive.</summary>
    public async Task<Dictionary<string, byte[]>> ExportAsync(StartExportRequest request)
    {
        request.Project = Id;
        var started = await Transfers.StartExportAsync(request, cancellationToken: Token);
        var done = await EndAsync(Transfers, started);
        Assert.True(done.State == TransferState.Done, done.Reason);
        return Unpack(await DownloadAsync(Project.Server, done));
    }

    /// <summary>Backs up, and gives the archive.</summary>
    public async Task<byte[]> BackUpAsync()
    {
        var started = await Transfers.StartBackupAsync(
            new StartBackupRequest { Project = Id, IncludePictures = true }, cancellationToken: Token);
        var done = await EndAsync(Transfers, started);
        Assert.True(done.State == TransferState.Done, done.Reason);
        Assert.Equal(0, done.ErrorCount);
        return await DownloadAsync(Project.Server, done);
    }

    /// <summary>Restores an archive on a server, for a tenant.</summary>
    public static async Task<Transfer> RestoreAsync(
        ProjectsServer server, byte[] archive, string tenant = "acme", string name = "")
    {
        var upload = await UploadAsync(server, "restore", "backup.zip", archive, tenant: tenant);
        var transfers = TransfersOf(server, tenant: tenant);
        var started = await transfers.RestoreProjectAsync(
            new RestoreProjectRequest { Upload = upload, Name = name }, cancellationToken: Token);
        return await EndAsync(transfers, started);
    }

    /// <summary>Waits for the end of a transfer.</summary>
    public static async Task<Transfer> EndAsync(TransferService.TransferServiceClient transfers, Transfer transfer)
    {
        using var watch = transfers.WatchTransfer(
            new WatchTransferRequest { Project = transfer.Project, Transfer = transfer.Id }, cancellationToken: Token);
        await foreach (var now in watch.ResponseStream.ReadAllAsync(Token))
        {
            transfer = now;
        }

        Assert.NotEqual(TransferState.Running, transfer.State);
        return transfer;
    }

    /// <summary>Downloads the result of a transfer.</summary>
    public static async Task<byte[]> DownloadAsync(ProjectsServer server, Transfer transfer, string tenant = "acme")
    {
        using var client = server.RestAs("mia", tenant);
        return await client.GetByteArrayAsync(FileOf(transfer), Token);
    }

    /// <summary>Path of a result.</summary>
    public static string FileOf(Transfer transfer) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/projects/{transfer.Project}/transfers/{transfer.Id}/file");

    /// <summary>Items that a transfer left out.</summary>
    public static async Task<List<ItemError>> ErrorsAsync(
        TransferService.TransferServiceClient transfers, Transfer transfer) =>
        [.. (await transfers.ListTransferErrorsAsync(
            new ListTransferErrorsRequest { Project = transfer.Project, Transfer = transfer.Id },
            cancellationToken: Token)).Errors];

    /// <summary>The files of an archive.</summary>
    public static Dictionary<string, byte[]> Unpack(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }

    /// <summary>An archive of files.</summary>
    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var stream = zip.CreateEntry(path).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A mask that covers a box.</summary>
    public static RunLengthEncoding Mask(int x, int y, int width, int height)
    {
        var pixels = new byte[Width * Height];
        for (var row = y; row < y + height; row++)
        {
            pixels.AsSpan((row * Width) + x, width).Fill(1);
        }

        return new RunLengthEncoding
        {
            Size = { Height, Width }, Counts = RunLengths.FromBytes(Height, Width, pixels).ToCocoString(),
        };
    }

    /// <summary>Labels and masks of all pictures by the names of these, in the order of z and of the masks.</summary>
    public async Task<List<string>> MasksAsync()
    {
        await using var db = Project.Open();
        var rows = db.Annotations.Where(row => row.ProjectId == Project.Id && row.DeleteTime == null)
            .Join(db.Pictures, row => row.PictureId, picture => picture.Id, (row, picture) => new { picture.Name, Row = row })
            .ToList();
        return
        [
            .. rows.Select(one => $"{one.Name} {one.Row.LabelId} {one.Row.State} {Encoding.ASCII.GetString(one.Row.Counts)}")
                .Order(),
        ];
    }

    public ValueTask DisposeAsync() => Project.DisposeAsync();
}
