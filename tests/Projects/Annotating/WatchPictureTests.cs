using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Annotating;

public sealed class WatchPictureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task WatchPicture_ChangeByAnotherProcess_ArrivesOnceAndInOrder(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var here = await ProjectsServer.StartAsync(record);
        await using var there = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, here);
        var picture = await project.AddPictureAsync();
        var writer = new AnnotationService.AnnotationServiceClient(there.As(TestProject.Manager));
        await writer.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(TestProject.NewAnnotation())), cancellationToken: Token);

        using var watch = Watch(here, TestProject.Manager, project, picture);
        var first = await NextAsync(watch);
        Assert.True(first.Current);
        Assert.Equal(1, Assert.Single(first.Operations).Sequence);
        Assert.Equal("", first.Lease.Subject);

        var seen = new List<Operation>();
        for (var change = 0; change < 3; change++)
        {
            var annotation = TestProject.NewAnnotation();
            await writer.ApplyOperationsAsync(
                project.Apply(picture, TestProject.Create(annotation)), cancellationToken: Token);
            var message = await NextAsync(watch);
            Assert.False(message.Current);
            seen.AddRange(message.Operations);
            Assert.Equal(annotation.Mask, message.Operations[^1].After.Mask);
        }

        Assert.Equal([2L, 3L, 4L], seen.Select(operation => operation.Sequence));
    }

    [Fact]
    public async Task WatchPicture_LongHistory_IsSentInPartsBeforeCurrent()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        await new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager)).ApplyOperationsAsync(
            project.Apply(
                picture, Enumerable.Range(0, 250).Select(_ => TestProject.Create(TestProject.NewAnnotation()))),
            cancellationToken: Token);

        using var watch = Watch(server, TestProject.Manager, project, picture);
        var messages = new List<WatchPictureResponse>();
        do
        {
            messages.Add(await NextAsync(watch));
        }
        while (!messages[^1].Current);

        Assert.Equal(
            Enumerable.Range(1, 250).Select(number => (long)number),
            messages.SelectMany(message => message.Operations).Select(operation => operation.Sequence));
        Assert.True(messages.Count > 1);
    }

    [Theory, OnBothDatabases]
    public async Task WatchPicture_LeaseTakenAndReleased_IsTold(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        using var watch = Watch(server, TestProject.Manager, project, picture);
        Assert.True((await NextAsync(watch)).Current);

        // As another process does: nothing but the record tells this one.
        await using var db = record.OpenAnother().Open();
        await using (var transaction = await db.Database.BeginTransactionAsync(Token))
        {
            await new Leases(TimeProvider.System).TakeAsync(
                db, picture, 0, "ben", "window", Leases.DefaultLifetime, takeOver: false, Token);
            await db.SaveChangesAsync(Token);
            await transaction.CommitAsync(Token);
        }

        Assert.Equal("ben", (await NextAsync(watch)).Lease.Subject);
        await Leases.ReleaseAsync(db, picture, 0, "ben", "window", Token);
        Assert.Equal("", (await NextAsync(watch)).Lease.Subject);
    }

    [Fact]
    public async Task WatchPicture_RoleIsTaken_Ends()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        await project.SetRoleAsync(server, "vera", Role.Viewer);
        using var watch = Watch(server, "vera", project, picture);
        await NextAsync(watch);

        await project.SetRoleAsync(server, "vera", Role.Unspecified);

        var ended = await Assert.ThrowsAsync<RpcException>(
            () => watch.ResponseStream.MoveNext(Token).WaitAsync(Patience.Longest, Token));
        Assert.Equal(StatusCode.NotFound, ended.StatusCode);
    }

    [Fact]
    public async Task WatchPicture_TooManyOfATenant_AreRefusedUntilOneEnds()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(
            record, builder => builder.Configuration["Segmentation:Projects:MaxWatchersPerTenant"] = "1");
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        using var watch = Watch(server, TestProject.Manager, project, picture);
        await NextAsync(watch);

        using var second = Watch(server, TestProject.Manager, project, picture);
        var refused = await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public void Subscribe_AndDispose_LeavesNothingWatched()
    {
        var signals = new PictureSignals();
        var (one, two) = (signals.Subscribe(7), signals.Subscribe(7));
        one.Dispose();
        Assert.Equal([7L], signals.Watched);
        two.Dispose();
        Assert.Empty(signals.Watched);
    }

    private static AsyncServerStreamingCall<WatchPictureResponse> Watch(
        ProjectsServer server, string subject, TestProject project, long picture) =>
        new AnnotationService.AnnotationServiceClient(server.As(subject)).WatchPicture(
            new WatchPictureRequest { Project = project.Id, Picture = picture }, cancellationToken: Token);

    private static async Task<WatchPictureResponse> NextAsync(AsyncServerStreamingCall<WatchPictureResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        return watch.ResponseStream.Current;
    }
}
