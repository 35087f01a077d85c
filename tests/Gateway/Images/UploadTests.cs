using Google.Protobuf;
using Segmentation.Embeddings;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Images;

public sealed class UploadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1_000_000)]
    public async Task UploadImage_ChunksOfAnySize_GivesIdOfAllBytes(int chunk)
    {
        await using var host = await GatewayHost.StartAsync();
        var file = chunk == 1_000_000 ? new byte[3_500_000] : Requests.File;

        var image = await host.UploadAsync(file, chunk: chunk);

        Assert.Equal(Requests.IdOf(file), image.Id);
        Assert.Equal((600u, 400u), (image.Width, image.Height));
        Assert.Equal((ulong)file.Length, image.SizeBytes);
        Assert.Equal(("image/png", "minisam"), (image.MediaType, image.Model));
        Assert.Equal(TimeSpan.FromMilliseconds(700), image.EncodeDuration.ToTimeSpan());
    }

    [Fact]
    public async Task UploadImage_SameBytesAgain_AreNotEncodedAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);

        var again = await host.UploadAsync(Requests.File);

        Assert.Equal(TimeSpan.Zero, again.EncodeDuration.ToTimeSpan());
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact]
    public async Task UploadImage_SameBytesOfAnotherTenant_AreAnotherImage()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File, "anna");

        var status = await Requests.FailsAsync(
            StatusCode.NotFound,
            async () => await host.Images.GetImageAsync(
                new GetImageRequest { Id = Requests.IdOf(Requests.File) }, Requests.As("bert"), cancellationToken: Cancel));
        await host.UploadAsync(Requests.File, "bert");

        Assert.Equal("IMAGE_NOT_FOUND", status.Reason());
        Assert.Equal(["anna", "bert"], host.Encoder.Encoded.Select(key => key.Tenant));
    }

    [Fact]
    public async Task UploadImage_IdIsHeld_AnswersBeforeAnyChunk()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File);
        using var call = host.Images.UploadImage(cancellationToken: Cancel);

        await call.RequestStream.WriteAsync(Metadata(id: Requests.IdOf(Requests.File)), Cancel);
        var image = await call;

        Assert.Equal(Requests.IdOf(Requests.File), image.Id);
        Assert.Single(host.Encoder.Encoded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UploadImage_NewImage_AsksTheStoreOnce(bool announced)
    {
        await using var host = await GatewayHost.StartAsync();
        using var call = host.Images.UploadImage(cancellationToken: Cancel);

        await call.RequestStream.WriteAsync(Metadata(id: announced ? Requests.IdOf(Requests.File) : ""), Cancel);
        await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(Requests.File) }, Cancel);
        await call.RequestStream.CompleteAsync();
        await call;

        Assert.Equal(1, host.Store.InfoReads);
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact]
    public async Task UploadImage_OtherBytesThanAnnounced_IsDataLoss()
    {
        await using var host = await GatewayHost.StartAsync();

        var hash = await UploadFailsAsync(
            host, StatusCode.DataLoss, Metadata(id: Requests.IdOf(Requests.OtherFile)), Chunk(Requests.File));
        var size = await UploadFailsAsync(host, StatusCode.DataLoss, Metadata(size: 6), Chunk(Requests.File));

        Assert.Equal("HASH_MISMATCH", hash.Reason());
        Assert.Contains(Requests.IdOf(Requests.File), hash.Message, StringComparison.Ordinal);
        Assert.Equal("SIZE_MISMATCH", size.Reason());
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task UploadImage_OverTheSizeLimit_IsRefusedFromMetadataOrWhileReading()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Uploads:MaxImageBytes", "2000"));

        var announced = await UploadFailsAsync(host, StatusCode.InvalidArgument, Metadata(size: 2001));
        var sent = await UploadFailsAsync(
            host, StatusCode.InvalidArgument, Chunk(new byte[1500]), Chunk(new byte[501]));

        Assert.Contains("2000", announced.Fields()["metadata.size_bytes"], StringComparison.Ordinal);
        Assert.Contains("2001", sent.Fields()["chunk"], StringComparison.Ordinal);
        Assert.Equal("IMAGE_TOO_LARGE", sent.Reason());
    }

    [Fact]
    public async Task UploadImage_BudgetUsedUp_IsResourceExhaustedUntilTheOtherUploadEnds()
    {
        await using var host = await GatewayHost.StartAsync(
            options:
            [
                ("Segmentation:Uploads:MaxImageBytes", "2000000"),
                ("Segmentation:Uploads:MaxBytesInFlight", "4000000"),
                ("Segmentation:Uploads:RetryAfter", "00:00:07"),
            ]);
        var (file, otherFile) = (new byte[1_900_000], new byte[1_200_000]);
        var encoding = new TaskCompletionSource();
        var release = new TaskCompletionSource<EncodeReply>();
        host.Encoder.Handler = (_, _) =>
        {
            encoding.TrySetResult();
            return release.Task;
        };
        var first = host.UploadAsync(file, chunk: 100_000);
        await (await Task.WhenAny(first, encoding.Task)).WaitAsync(Cancel);

        var status = await UploadFailsAsync(
            host, StatusCode.ResourceExhausted, [.. otherFile.Chunk(100_000).Select(Chunk)]);
        var small = host.UploadAsync(Requests.OtherFile);
        release.SetResult(new EncodeReply { Status = EncodeStatus.Encoded, Info = FakeEncoder.Size });
        await first;
        await small;
        await host.UploadAsync(otherFile, chunk: 100_000);

        Assert.Equal("UPLOADS_IN_FLIGHT", status.Reason());
        Assert.Equal(TimeSpan.FromSeconds(7), status.RetryDelay());
    }

    [Fact]
    public async Task UploadImage_MessagesOutOfOrder_NameTheField()
    {
        await using var host = await GatewayHost.StartAsync();

        var late = await UploadFailsAsync(host, StatusCode.InvalidArgument, Chunk(Requests.File), Metadata(size: 5));
        var empty = await UploadFailsAsync(host, StatusCode.InvalidArgument, new UploadImageRequest());
        var badId = await UploadFailsAsync(host, StatusCode.InvalidArgument, Metadata(id: "sha256:ABC"));

        Assert.Contains("metadata", late.Fields());
        Assert.Contains("payload", empty.Fields());
        Assert.Contains("'sha256:ABC'", badId.Fields()["metadata.id"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadImage_EncoderRefuses_SaysWhyOrWhenToTryAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        var reply = new EncodeReply
        {
            Status = EncodeStatus.InvalidImage, Reason = "DAMAGED", Message = "The JPEG ends after 12 of 400 rows.",
        };
        host.Encoder.Handler = (_, _) => Task.FromResult(reply);

        var damaged = await UploadFailsAsync(host, StatusCode.InvalidArgument, Chunk(Requests.File));
        reply = new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = TimeSpan.FromSeconds(3) };
        var full = await UploadFailsAsync(host, StatusCode.ResourceExhausted, Chunk(Requests.File));

        Assert.Equal("IMAGE_DAMAGED", damaged.Reason());
        Assert.Equal("The JPEG ends after 12 of 400 rows.", damaged.Fields()["chunk"]);
        Assert.Equal("ENCODER_OVERLOADED", full.Reason());
        Assert.Equal(TimeSpan.FromSeconds(3), full.RetryDelay());
    }

    [Fact]
    public async Task UploadImage_CallerCancels_EncodingIsGivenUp()
    {
        await using var host = await GatewayHost.StartAsync();
        var (encoding, givenUp) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Encoder.Handler = async (_, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => givenUp.TrySetResult());
            encoding.SetResult();
            await givenUp.Task;
            throw new OperationCanceledException(cancellationToken);
        };
        using var call = host.Images.UploadImage(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Chunk(Requests.File), Cancel);
        await call.RequestStream.CompleteAsync();
        await encoding.Task.WaitAsync(Cancel);

        call.Dispose();

        await givenUp.Task.WaitAsync(Cancel);
    }

    private static UploadImageRequest Chunk(byte[] bytes) => new() { Chunk = ByteString.CopyFrom(bytes) };

    private static UploadImageRequest Metadata(string id = "", ulong size = 0) =>
        new() { Metadata = new UploadImageMetadata { Id = id, SizeBytes = size } };

    private static async Task<RpcStatus> UploadFailsAsync(
        GatewayHost host, StatusCode code, params UploadImageRequest[] messages)
    {
        var error = await EarlyRefusal.OfAsync(host.Addresses.Grpc, async channel =>
        {
            using var call = new ImageService.ImageServiceClient(channel).UploadImage(cancellationToken: Cancel);
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message, Cancel);
            }

            await call.RequestStream.CompleteAsync();
            await call;
        });
        return await Requests.FailsAsync(code, () => throw error);
    }
}
