using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Transfers;

public sealed class ExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Export_OfCoco_HoldsWhatIsAnnotated(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        var (car, tree) = (await project.AddLabelAsync("car"), await project.AddLabelAsync("tree"));
        var first = await project.AddPictureAsync(1);
        var second = await project.AddPictureAsync(2);
        var drawn = await project.DrawAsync(first.Id, 3, car);
        await project.DrawAsync(second.Id, 2, tree);
        await project.Annotations.ApplyOperationsAsync(
            new ApplyOperationsRequest
            {
                Project = project.Id,
                Picture = first.Id,
                Operations =
                {
                    new Operation { Id = Guid.NewGuid().ToString(), BaseRevision = 1, Delete = drawn[0].Id },
                    TestProject.Create(new Annotation
                    {
                        Id = Guid.NewGuid().ToString(),
                        Mask = TransferProject.Mask(0, 0, 3, 3),
                        State = AnnotationState.Proposed,
                    }),
                },
            },
            cancellationToken: Token);

        var all = Annotations(await project.ExportAsync(new StartExportRequest { Format = "coco" }));
        var cars = Annotations(await project.ExportAsync(new StartExportRequest { Format = "coco", Labels = { car } }));
        var more = Annotations(await project.ExportAsync(
            new StartExportRequest { Format = "coco", IncludeProposals = true }));

        Assert.Equal((4, 2, 5), (all, cars, more));
    }

    [Fact]
    public async Task Export_WithPictures_HoldsTheirFiles()
    {
        await using var project = await TransferProject.CreateAsync();
        var picture = await project.AddPictureAsync(7);

        var files = await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true });

        var (_, file) = Assert.Single(files, file => file.Key.EndsWith(picture.Name, StringComparison.Ordinal));
        using var mia = project.Project.Server.RestAs("mia");
        Assert.Equal(await mia.GetByteArrayAsync($"/v1/projects/{project.Id}/pictures/{picture.Id}/file", Token), file);
    }

    [Fact]
    public async Task Download_OfAPart_GivesTheRange()
    {
        await using var project = await TransferProject.CreateAsync();
        await project.AddPictureAsync(1);
        var done = await ExportAsync(project);
        using var vera = project.Project.Server.RestAs("vera");
        var whole = await vera.GetAsync(TransferProject.FileOf(done), Token);
        var bytes = await whole.Content.ReadAsByteArrayAsync(Token);

        using var part = await GetAsync(vera, done, 10, 19, whole.Headers.ETag!);
        using var rest = await GetAsync(vera, done, bytes.Length - 1, null, whole.Headers.ETag!);
        using var other = await GetAsync(vera, done, 10, 19, new EntityTagHeaderValue("\"another\""));
        using var behind = await GetAsync(vera, done, bytes.Length, null, whole.Headers.ETag!);

        Assert.Equal("project-coco.zip", whole.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[10..20], await part.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(bytes[^1..], await rest.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, behind.StatusCode);
    }

    [Fact]
    public async Task Download_OfABackup_IsForManagers()
    {
        await using var project = await TransferProject.CreateAsync();
        var done = await TransferProject.EndAsync(
            project.Transfers,
            await project.Transfers.StartBackupAsync(new StartBackupRequest { Project = project.Id }, cancellationToken: Token));
        using var vera = project.Project.Server.RestAs("vera");

        using var answer = await vera.GetAsync(TransferProject.FileOf(done), Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Sweep_AfterAWeek_DeletesTheResult()
    {
        await using var project = await TransferProject.CreateAsync();
        var done = await ExportAsync(project);
        await using (var db = project.Project.Open())
        {
            (await db.Transfers.AsTracking().SingleAsync(Token)).ExpireTime = DateTimeOffset.UnixEpoch;
            await db.SaveChangesAsync(Token);
        }

        await project.Project.Server.Services.GetRequiredService<TransferSweeper>().SweepAsync(Token);

        using var mia = project.Project.Server.RestAs("mia");
        using var answer = await mia.GetAsync(TransferProject.FileOf(done), Token);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var left = project.Project.Server.Services.GetRequiredService<IObjectStore>().ListAsync("acme/results/", "", Token);
        Assert.Empty(await left.ToListAsync(Token));
    }

    [Fact]
    public async Task Cancel_OfAnEndedTransfer_LeavesItAsItIs()
    {
        await using var project = await TransferProject.CreateAsync();
        var done = await ExportAsync(project);

        var after = await project.Transfers.CancelTransferAsync(
            new CancelTransferRequest { Project = project.Id, Transfer = done.Id }, cancellationToken: Token);

        Assert.Equal(done, after);
    }

    [Fact]
    public async Task StartExport_WrongFormatOrStranger_IsRefused()
    {
        await using var project = await TransferProject.CreateAsync();
        var stranger = TransferProject.TransfersOf(project.Project.Server, tenant: "other");
        var request = new StartExportRequest { Project = project.Id, Format = "doc" };

        var wrong = await Assert.ThrowsAsync<RpcException>(
            () => project.Transfers.StartExportAsync(request, cancellationToken: Token).ResponseAsync);
        var foreign = await Assert.ThrowsAsync<RpcException>(
            () => stranger.StartExportAsync(request, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
        Assert.Contains("formats are coco", wrong.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(StatusCode.NotFound, foreign.StatusCode);
    }

    private static async Task<Transfer> ExportAsync(TransferProject project) => await TransferProject.EndAsync(
        project.Transfers,
        await project.Transfers.StartExportAsync(
            new StartExportRequest { Project = project.Id, Format = "coco" }, cancellationToken: Token));

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, Transfer transfer, long from, long? to, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, TransferProject.FileOf(transfer));
        request.Headers.Range = new RangeHeaderValue(from, to);
        request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        return await client.SendAsync(request, Token);
    }

    private static int Annotations(Dictionary<string, byte[]> files)
    {
        using var json = JsonDocument.Parse(files.Single(file => file.Key.EndsWith(".json", StringComparison.Ordinal)).Value);
        return json.RootElement.GetProperty("annotations").GetArrayLength();
    }
}
