using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Transfers.Uploads;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Transfers;

/// <summary>Transfers while the object store fails.</summary>
public sealed class StoreFailureTests
{
    private const int Part = (int)UploadStore.PartBytes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_StoreFailsOnce_IsTriedAgain()
    {
        var store = new FailingObjects();
        await using var project = await CreateAsync(store);
        await project.DrawAsync((await project.AddPictureAsync(1)).Id, 3);
        store.Failures = 1;

        var files = await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true });

        Assert.Equal((1, 2), (store.Failed, files.Count));
    }

    [Fact]
    public async Task Import_StoreFailsOnce_HasEveryMaskOnce()
    {
        var store = new FailingObjects();
        await using var project = await CreateAsync(store);
        await project.DrawAsync((await project.AddPictureAsync(1)).Id, 3);
        var archive = TransferProject.Pack(
            await project.ExportAsync(new StartExportRequest { Format = "coco", IncludePictures = true }));
        await using var other = await CreateAsync(store);
        var upload = await TransferProject.UploadAsync(other.Project.Server, other.Id, "coco.zip", archive);
        store.Failures = 1;

        var started = await other.Transfers.StartImportAsync(
            new StartImportRequest { Project = other.Id, Upload = upload }, cancellationToken: Token);
        var import = await TransferProject.EndAsync(other.Transfers, started);

        Assert.True(import.State == TransferState.Done, import.Reason);
        Assert.Equal((1, 3, 0), (store.Failed, import.AnnotationCount, import.ErrorCount));
        Assert.Equal(await project.MasksAsync(), await other.MasksAsync());
    }

    [Fact]
    public async Task Write_WritingFails_IsTheWritersFailureAndNotTheStores()
    {
        var results = new ResultStore(new FailingObjects());

        var failure = await Assert.ThrowsAsync<TransferFailedException>(() => results.WriteAsync(
            "key", (_, _) => throw new TransferFailedException("The project was deleted."), Token));

        Assert.Equal("The project was deleted.", failure.Message);
    }

    [Fact]
    public async Task Write_StoreFails_IsTheStoresFailure()
    {
        var results = new ResultStore(new FailingObjects { Failures = 1 });

        var failure = await Assert.ThrowsAsync<IOException>(() => results.WriteAsync(
            "key",
            async (stream, token) =>
            {
                while (true)
                {
                    await stream.WriteAsync(new byte[100_000], token);
                }
            },
            Token));

        Assert.Equal("The store does not answer.", failure.Message);
    }

    [Fact]
    public async Task Import_ItsUploadCannotBeDeleted_IsDoneAllTheSame()
    {
        var store = new FailingObjects { FailsDeletions = true };
        await using var project = await CreateAsync(store);

        var import = await project.ImportAsync(
            "pictures.zip",
            TransferProject.Pack(new Dictionary<string, byte[]> { ["a.png"] = TestImages.File(number: 1) }));

        Assert.True(import.State == TransferState.Done, import.Reason);
    }

    [Fact]
    public async Task Append_PartsOfFullSize_WritesAnObjectForEach()
    {
        var store = new FailingObjects();
        await using var project = await CreateAsync(store);

        await TransferProject.UploadAsync(
            project.Project.Server, project.Id, "large.zip", new byte[(2 * Part) + 5], partBytes: Part);

        Assert.Equal(3, store.Written);
    }

    private static Task<TransferProject> CreateAsync(FailingObjects store) => TransferProject.CreateAsync(
        configure: builder => builder.Services.AddSingleton<IObjectStore>(store));
}
