using Grpc.Core;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Contract;

public sealed class ListTokenTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_TokenOfAnotherList_AreRefused()
    {
        await using var project = await PictureProject.CreateAsync();
        var calls = project.Server.As("mia");
        var picture = (await project.SeedAsync(1))[0];
        var name = project.Name;
        var projects = Pages.Token(new ListProjectsRequest(), "name", name);
        var annotations = Pages.Token(new ListAnnotationsRequest { Project = name, Picture = picture }, "0", name);

        Assert.All(
            [
                await CodeAsync(new ProjectService.ProjectServiceClient(calls).ListProjectsAsync(
                    new() { ShowDeleted = true, PageToken = projects }, cancellationToken: Token)),
                await CodeAsync(new AnnotationService.AnnotationServiceClient(calls).ListAnnotationsAsync(
                    new() { Project = name, Picture = picture, ShowDeleted = true, PageToken = annotations },
                    cancellationToken: Token)),
                await CodeAsync(new RunService.RunServiceClient(calls).ListRunsAsync(
                    new() { Project = name, PageToken = "7" }, cancellationToken: Token)),
                await CodeAsync(new TransferService.TransferServiceClient(calls).ListTransfersAsync(
                    new() { Project = name, PageToken = "7" }, cancellationToken: Token)),
            ],
            code => Assert.Equal(StatusCode.InvalidArgument, code));
    }

    private static async Task<StatusCode> CodeAsync<T>(AsyncUnaryCall<T> call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode;
}
