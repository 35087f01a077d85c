using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Images;

public sealed class ImageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetImage_Uploaded_DescribesIt()
    {
        await using var host = await GatewayHost.StartAsync();
        var uploaded = await host.UploadAsync(Requests.File);

        var image = await host.Images.GetImageAsync(new GetImageRequest { Id = uploaded.Id }, cancellationToken: Cancel);

        uploaded.EncodeDuration = image.EncodeDuration;
        Assert.Equal(uploaded, image);
        Assert.Equal(TimeSpan.Zero, image.EncodeDuration.ToTimeSpan());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256:000000000000000000000000000000000000000000000000000000000000000G")]
    [InlineData("sha256:00000000000000000000000000000000000000000000000000000000000000000")]
    public async Task GetImage_IdOfAnotherForm_IsInvalid(string id)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await host.Images.GetImageAsync(new GetImageRequest { Id = id }, cancellationToken: Cancel));

        Assert.Contains("id", status.Fields());
    }

    [Fact]
    public async Task DeleteImage_Held_ForgetsItInStoreAndGrain()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);

        await host.Images.DeleteImageAsync(new DeleteImageRequest { Id = image.Id }, cancellationToken: Cancel);
        await host.Images.DeleteImageAsync(new DeleteImageRequest { Id = image.Id }, cancellationToken: Cancel);

        Assert.False(host.Store.Contains(Requests.KeyOf(Requests.File)));
        Assert.Equal(Requests.KeyOf(Requests.File).ToString(), host.Grain.Forgotten.First());
    }

    [Fact]
    public async Task GetEmbedding_Held_GivesAllItsBytes()
    {
        await using var host = await GatewayHost.StartAsync();
        var image = await host.UploadAsync(Requests.File);

        var embedding = await host.Images.GetEmbeddingAsync(
            new GetEmbeddingRequest { Id = image.Id }, cancellationToken: Cancel);

        Assert.Equal(2_097_152, embedding.Float16.Length);
        Assert.Equal([256u, 64u, 64u], embedding.Shape);
        Assert.Equal(GatewayHost.Model.Digest, embedding.ModelDigest);
        Assert.Equal(image.Id, embedding.Image.Id);
    }

    [Fact]
    public async Task GetEmbedding_NotHeld_SaysWhatToDo()
    {
        await using var host = await GatewayHost.StartAsync();
        var id = Requests.IdOf(Requests.File);

        var status = await Requests.FailsAsync(
            StatusCode.NotFound,
            async () => await host.Images.GetEmbeddingAsync(new GetEmbeddingRequest { Id = id }, cancellationToken: Cancel));

        var resource = status.GetDetail<Google.Rpc.ResourceInfo>();
        Assert.Equal(id, resource.ResourceName);
        Assert.Contains("UploadImage", resource.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Anna")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task AnyCall_TenantOfAnotherForm_IsInvalid(string tenant)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await Requests.FailsAsync(
            StatusCode.InvalidArgument,
            async () => await host.Images.GetImageAsync(
                new GetImageRequest { Id = Requests.IdOf(Requests.File) }, Requests.As(tenant), cancellationToken: Cancel));

        Assert.Equal("INVALID_TENANT", status.Reason());
    }

    [Fact]
    public async Task AnyCall_Bug_IsInternalWithCorrelationIdAndLoggedOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        host.ErrorsExpected = true;
        host.Encoder.Handler = (_, _) => throw new InvalidDataException("secret detail");

        var status = await Requests.FailsAsync(StatusCode.Internal, async () => await host.UploadAsync(Requests.File));

        var id = status.GetDetail<Google.Rpc.RequestInfo>()!.RequestId;
        Assert.DoesNotContain("secret", status.ToString(), StringComparison.Ordinal);
        Assert.Contains(id, status.Message, StringComparison.Ordinal);
        Assert.Contains(id, Assert.Single(host.Logs.Errors), StringComparison.Ordinal);
    }
}
