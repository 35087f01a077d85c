using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Catalogue;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Catalogue;

public sealed class ProjectPurgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_DeletedThirtyDaysAgo_RemovesItAndLeavesOthers(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await ProjectsServer.StartAsync(
            record, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var client = new ProjectService.ProjectServiceClient(server.As(TestProject.Manager));
        var (gone, kept) = (
            await TestProject.CreateAsync(record, server, "car"), await TestProject.CreateAsync(record, server, "car"));
        foreach (var project in new[] { gone, kept })
        {
            await new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager)).ApplyOperationsAsync(
                project.Apply(
                    await project.AddPictureAsync(), TestProject.Create(TestProject.NewAnnotation(label: 1))),
                cancellationToken: Token);
        }

        await client.DeleteProjectAsync(new DeleteProjectRequest { Project = gone.Id }, cancellationToken: Token);
        var purge = server.Services.GetRequiredService<ProjectPurge>();
        clock.Advance(ProjectPurge.KeptFor - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await purge.PurgeAsync(Token));
        clock.Advance(TimeSpan.FromMinutes(2));

        // The purge runs by itself every hour; whichever removes the project, it is gone afterwards.
        await purge.PurgeAsync(Token);

        await using var db = record.Factory.Open();
        Assert.Equal([kept.Guid], await db.Projects.Select(row => row.Id).ToListAsync(Token));
        Assert.Equal([kept.Guid], await db.Annotations.Select(row => row.ProjectId).ToListAsync(Token));
        Assert.Equal([kept.Guid], await db.Operations.Select(row => row.ProjectId).ToListAsync(Token));
        Assert.Equal([kept.Guid], await db.Labels.Select(row => row.ProjectId).ToListAsync(Token));
        Assert.Equal([kept.Guid], await db.PictureLabels.Select(row => row.ProjectId).ToListAsync(Token));
    }

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_FilesOfTheProject_GoUnlessAnotherProjectHasThem(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var project = await PictureProject.CreateAsync(
            kind, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var other = Guid.CreateVersion7();
        await project.AddProjectAsync(other, "other", new ProjectSettings());
        var (shared, own) = (TestImages.File(number: 1), TestImages.File(number: 2));
        await project.AddAsync("shared.png", shared);
        await project.AddAsync("own.png", own);
        await project.AddAsync("shared.png", shared, metadata => metadata.Project = other.ToString());
        var store = project.Server.Services.GetRequiredService<IObjectStore>();
        var result = await AddResultAsync(project, store);

        await new ProjectService.ProjectServiceClient(project.Server.As("mia")).DeleteProjectAsync(
            new DeleteProjectRequest { Project = project.Name }, cancellationToken: Token);
        clock.Advance(ProjectPurge.KeptFor + TimeSpan.FromMinutes(1));
        await project.Server.Services.GetRequiredService<ProjectPurge>().PurgeAsync(Token);

        await using var db = project.Open();
        Assert.Equal([other], await db.Projects.Select(row => row.Id).ToListAsync(Token));
        Assert.NotNull(await store.FindAsync(ObjectKeys.Picture("acme", SHA256.HashData(shared)), Token));
        Assert.NotNull(await store.FindAsync(ObjectKeys.Thumbnail("acme", SHA256.HashData(shared)), Token));
        Assert.Null(await store.FindAsync(ObjectKeys.Picture("acme", SHA256.HashData(own)), Token));
        Assert.Null(await store.FindAsync(ObjectKeys.Thumbnail("acme", SHA256.HashData(own)), Token));
        Assert.Null(await store.FindAsync(result, Token));
    }

    private static async Task<string> AddResultAsync(PictureProject project, IObjectStore store)
    {
        var key = ObjectKeys.Result("acme", 1);
        await store.WriteAsync(key, new MemoryStream([1, 2, 3]), Token);
        await using var db = project.Open();
        db.Transfers.Add(new TransferRow
        {
            ProjectId = project.Id,
            Tenant = "acme",
            Kind = TransferKind.Export,
            State = TransferState.Done,
            Format = "coco",
            Request = [],
            Cursor = "",
            Reason = "",
            ObjectKey = key,
            FileName = "export.zip",
            Creator = "mia",
            Owner = "",
            ExpireTime = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(365),
        });
        await db.SaveChangesAsync(Token);
        return key;
    }
}
