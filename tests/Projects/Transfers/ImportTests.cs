using System.Text;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Transfers;

public sealed class ImportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Import_OfAnExport_GivesTheSameMasks(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        var label = await project.AddLabelAsync("car");
        foreach (var number in Enumerable.Range(0, 3))
        {
            await project.DrawAsync((await project.AddPictureAsync(number)).Id, 4, label);
        }

        var files = await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true });
        await using var other = await TransferProject.CreateAsync(kind);

        var import = await other.ImportAsync("coco.zip", TransferProject.Pack(files));

        Assert.True(import.State == TransferState.Done, import.Reason);
        Assert.Equal((3, 12, 0), (import.DoneCount, import.AnnotationCount, import.ErrorCount));
        Assert.Equal(await project.MasksAsync(), await other.MasksAsync());
        await using var db = other.Project.Open();
        Assert.Equal("car", (await db.Labels.SingleAsync(Token)).Name);
        Assert.All(
            await db.Annotations.ToListAsync(Token),
            row => Assert.Equal((AnnotationSource.Imported, "mia"), (row.Source, row.Creator)));
    }

    [Fact]
    public async Task Import_AsProposals_MakesNoAnnotations()
    {
        await using var project = await TransferProject.CreateAsync();
        await project.DrawAsync((await project.AddPictureAsync(1)).Id, 2);
        var files = await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true });
        await using var other = await TransferProject.CreateAsync();

        await other.ImportAsync("coco.zip", TransferProject.Pack(files), asProposals: true);

        await using var db = other.Project.Open();
        var picture = await db.Pictures.SingleAsync(Token);
        Assert.Equal((0, 2), (picture.AnnotationCount, picture.ProposalCount));
    }

    [Fact]
    public async Task Import_MasksOfAnotherSize_AreReportedAndTheRestGoesThrough()
    {
        await using var project = await TransferProject.CreateAsync();
        await project.DrawAsync((await project.AddPictureAsync(1)).Id, 1);
        await project.DrawAsync((await project.AddPictureAsync(2)).Id, 1);
        var files = await project.ExportAsync(new StartExportRequest { Format = "coco" });
        await using var other = await TransferProject.CreateAsync();
        await other.AddPictureAsync(1);
        await other.Project.AddAsync("picture-002.png", TestImages.File(width: 20, height: 10), subject: "mia");

        var import = await other.ImportAsync("coco.zip", TransferProject.Pack(files));

        Assert.True(import.State == TransferState.Done, import.Reason);
        Assert.Equal((1, 1), (import.AnnotationCount, import.ErrorCount));
        var error = Assert.Single(await TransferProject.ErrorsAsync(other.Transfers, import));
        Assert.Contains("picture-002.png", error.Item, StringComparison.Ordinal);
        Assert.Contains("48 x 32 pixels, and the picture 20 x 10", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfPictures_LeavesOutWhatIsNone()
    {
        await using var project = await TransferProject.CreateAsync();
        var archive = TransferProject.Pack(new Dictionary<string, byte[]>
        {
            ["trip/a.png"] = TestImages.File(number: 1),
            ["trip/b.jpg"] = TestImages.File(".jpg", number: 2),
            ["trip/broken.png"] = "no picture"u8.ToArray(),
            ["notes.txt"] = "text"u8.ToArray(),
        });

        var import = await project.ImportAsync("pictures.zip", archive);

        Assert.True(import.State == TransferState.Done, import.Reason);
        var errors = await TransferProject.ErrorsAsync(project.Transfers, import);
        Assert.Equal(["notes.txt", "trip/broken.png"], errors.Select(error => error.Item).Order());
        await using var db = project.Project.Open();
        Assert.Equal(["trip/a.png", "trip/b.jpg"], await db.Pictures.Select(row => row.Name).Order().ToListAsync(Token));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Import_CutOffByTheProcess_GoesOnInAnotherAndWritesNothingTwice(DatabaseKind kind)
    {
        const int Pictures = 40;
        await using var project = await TransferProject.CreateAsync(kind);
        foreach (var number in Enumerable.Range(0, Pictures))
        {
            await project.DrawAsync((await project.AddPictureAsync(number)).Id, 3);
        }

        var files = await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true });
        await using var other = await PictureProject.CreateAsync(kind);
        var upload = await TransferProject.UploadAsync(other.Server, other.Name, "coco.zip", TransferProject.Pack(files));
        var started = await TransferProject.TransfersOf(other.Server).StartImportAsync(
            new StartImportRequest { Project = other.Name, Upload = upload }, cancellationToken: Token);
        await using (var db = other.Open())
        {
            while (!await db.Annotations.AnyAsync(Token))
            {
                await Task.Yield();
            }
        }

        // Ends the process in the middle of the work.
        await other.Server.DisposeAsync();
        await using var server = await ProjectsServer.StartAsync(other.Record);
        var import = await TransferProject.EndAsync(TransferProject.TransfersOf(server), started);

        Assert.True(import.State == TransferState.Done, import.Reason);
        Assert.Equal((Pictures, 0), (import.DoneCount, import.ErrorCount));
        await using var after = other.Open();
        Assert.Equal(Pictures, await after.Pictures.CountAsync(Token));
        Assert.Equal(3 * Pictures, await after.Annotations.CountAsync(Token));
        Assert.Equal(3 * Pictures, await after.Operations.CountAsync(Token));
    }

    [Fact]
    public async Task Import_SentTwice_IsOne()
    {
        await using var project = await TransferProject.CreateAsync();
        var archive = TransferProject.Pack(new Dictionary<string, byte[]> { ["a.png"] = TestImages.File() });
        var request = new StartImportRequest
        {
            Project = project.Id,
            Upload = await TransferProject.UploadAsync(project.Project.Server, project.Id, "a.zip", archive),
            RequestId = Guid.CreateVersion7().ToString(),
        };
        var first = await project.Transfers.StartImportAsync(request, cancellationToken: Token);
        await TransferProject.EndAsync(project.Transfers, first);

        // The upload is gone by now: the answer does not need it.
        var second = await project.Transfers.StartImportAsync(request, cancellationToken: Token);

        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Import_OfAnUnknownFormat_NamesTheFormats()
    {
        await using var project = await TransferProject.CreateAsync();

        var import = await project.ImportAsync("notes.txt", Encoding.UTF8.GetBytes("just text"));

        Assert.Equal(TransferState.Failed, import.State);
        Assert.Contains("Name the format: ", import.Reason, StringComparison.Ordinal);
    }
}
