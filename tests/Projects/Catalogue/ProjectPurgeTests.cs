using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Catalogue;
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
}
