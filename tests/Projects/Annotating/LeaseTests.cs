using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Annotating;

public sealed class LeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_SomebodyElseHoldsTheLease_IsRefusedWithTheLease(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var before = project.Apply(picture, TestProject.Create(TestProject.NewAnnotation()));
        await client.ApplyOperationsAsync(before, cancellationToken: Token);
        await TakeAsync(record, picture, "ben", "window");

        var request = project.Apply(picture, TestProject.Create(TestProject.NewAnnotation()));
        request.Holder = "window";
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => client.ApplyOperationsAsync(request, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal("ben", refused.GetRpcStatus()!.GetDetail<Protocol.Projects.V1.Lease>()!.Subject);

        // What was applied before the lease is still answered: its sender may have lost the answer.
        var repeated = await client.ApplyOperationsAsync(before, cancellationToken: Token);
        Assert.Equal(OperationResult.Applied, repeated.Outcomes[0].Result);

        // The holder writes, and so do runs, which ask for no lease.
        await project.SetRoleAsync(server, "ben", Role.Annotator);
        var own = await new AnnotationService.AnnotationServiceClient(server.As("ben")).ApplyOperationsAsync(
            request, cancellationToken: Token);
        Assert.Equal(OperationResult.Applied, own.Outcomes[0].Result);
        var written = await server.Services.GetRequiredService<AnnotationWriter>().WriteAsync(
            new AnnotationWrite
            {
                ProjectId = project.Guid,
                Picture = picture,
                Author = "run 7",
                Operations = [TestProject.Create(TestProject.NewAnnotation(state: AnnotationState.Proposed))],
            },
            Token);
        Assert.Equal(OperationResult.Applied, written.Outcomes[0].Result);
    }

    [Theory, OnBothDatabases]
    public async Task TakeAsync_HeldByAnother_NeedsTakeOver(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await TakeAsync(record, 7, "ben", "window");
        await TakeAsync(record, 7, "ben", "window");

        var refused = await Assert.ThrowsAsync<RpcException>(() => TakeAsync(record, 7, "ben", "other window"));
        Assert.Equal("LEASE_HELD", refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);

        await TakeAsync(record, 7, "mara", "window", takeOver: true);
        await Assert.ThrowsAsync<RpcException>(() => TakeAsync(record, 7, "ben", "window"));
    }

    private static Task<LeaseRow> TakeAsync(
        TestRecord record, long picture, string subject, string holder, bool takeOver = false) =>
        record.Factory.WriteAsync(
            (db, token) => new Leases(TimeProvider.System).TakeAsync(
                db, picture, 0, subject, holder, Leases.DefaultLifetime, takeOver, token),
            Token);
}
