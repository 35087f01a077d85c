using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Protocol.Encoder.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Encoder.Tests.Receiving;

public sealed class EncoderEndpointTests
{
    private static readonly byte[] _file = EncoderFixture.File(FakePipeline.Good, 1);

    public static TheoryData<string, StatusCode, string> Refusals => new()
    {
        { "no header", StatusCode.InvalidArgument, "INVALID_REQUEST" },
        { "header twice", StatusCode.InvalidArgument, "INVALID_REQUEST" },
        { "tenant", StatusCode.InvalidArgument, "INVALID_REQUEST" },
        { "hash", StatusCode.InvalidArgument, "INVALID_REQUEST" },
        { "model", StatusCode.FailedPrecondition, "MODEL_MISMATCH" },
        { "preprocessing", StatusCode.FailedPrecondition, "MODEL_MISMATCH" },
        { "too large", StatusCode.InvalidArgument, "IMAGE_TOO_LARGE" },
        { "less than announced", StatusCode.DataLoss, "SIZE_MISMATCH" },
        { "more than announced", StatusCode.DataLoss, "SIZE_MISMATCH" },
        { "other bytes", StatusCode.DataLoss, "HASH_MISMATCH" },
    };

    [Fact]
    public async Task Encode_AnImageInChunks_IsEncodedOnce()
    {
        await using var server = await EncoderServer.StartAsync();
        server.Pipeline.Let(1);

        var first = await server.SendAsync(
            new() { Header = EncoderServer.Header(_file) },
            new() { Chunk = ByteString.CopyFrom(_file[..1]) },
            new() { Chunk = ByteString.CopyFrom(_file[1..]) });
        var again = await server.EncodeAsync(_file);

        Assert.Equal(
            (1024u, 1u, 2ul, "image/png", false),
            (first.Width, first.Height, first.SizeBytes, first.MediaType, first.Held));
        Assert.False(first.HasEmbedding);
        Assert.True(again.Held);
        Assert.Single(server.Pipeline.Files);
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task Encode_NotAsTheContractSays_IsRefusedWithTheReason(string what, StatusCode code, string reason)
    {
        await using var server = await EncoderServer.StartAsync(("MaxImageBytes", "1024"));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.SendAsync(Wrong(what)));

        Assert.Equal((code, reason), (error.StatusCode, ReasonOf(error)));
        Assert.Empty(server.Pipeline.Files);
    }

    [Fact]
    public async Task Encode_AModelThatIsNotServed_NamesThoseThatAre()
    {
        await using var server = await EncoderServer.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => server.SendAsync(Wrong("model")));

        Assert.Contains("tiny (aaaa", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("Segmentation:Model:Others", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListModels_WhileAnImageIsRead_TellsModelsAndTheWorkThatWaits()
    {
        await using var server = await EncoderServer.StartAsync(("Workers", "3"), ("MaxBatchSize", "2"));
        var call = server.EncodeAsync(_file);
        await server.Pipeline.NextAsync();

        var listed = await server.Client.ListModelsAsync(new(), cancellationToken: TestContext.Current.CancellationToken);

        var model = Assert.Single(listed.Models);
        Assert.Equal((3u, 2u), (listed.Workers, listed.MaxBatchSize));
        Assert.Equal(("tiny", new string('a', 64), "v1"), (model.Id, model.Digest, model.Preprocessing));
        Assert.Equal((1u, TimeSpan.FromSeconds(1)), (model.WaitingImages, model.EncodeDuration.ToTimeSpan()));
        server.Pipeline.Let(1);
        await call;
        var after = await server.Client.ListModelsAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0u, after.Models[0].WaitingImages);
        Assert.True(after.Models[0].EncodeDuration.ToTimeSpan() < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Encode_DamagedImage_SaysWhatIsWrong()
    {
        await using var server = await EncoderServer.StartAsync();
        server.Pipeline.Let(1);

        var error = await Assert.ThrowsAsync<RpcException>(
            () => server.EncodeAsync(EncoderFixture.File(FakePipeline.Damaged)));

        Assert.Equal((StatusCode.InvalidArgument, "IMAGE_DAMAGED"), (error.StatusCode, ReasonOf(error)));
        Assert.Equal("The file ends early.", error.Status.Detail);
    }

    [Fact]
    public async Task Encode_QueueIsFull_SaysWhenToTryAgain()
    {
        await using var server = await EncoderServer.StartAsync(("MaxQueueLength", "1"));
        var reading = server.EncodeAsync(EncoderFixture.File(FakePipeline.Good, 1));
        await server.Pipeline.NextAsync();

        // One is being read and one may wait: of three more, at least one finds no room.
        var others = Enumerable.Range(2, 3)
            .Select(i => server.EncodeAsync(EncoderFixture.File(FakePipeline.Good, (byte)i))).ToList();
        var refused = await Task.WhenAny(others);
        var error = await Assert.ThrowsAsync<RpcException>(() => refused);

        Assert.Equal((StatusCode.ResourceExhausted, "ENCODER_OVERLOADED"), (error.StatusCode, ReasonOf(error)));
        Assert.True(error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        server.Pipeline.Let(10);
        await reading;
    }

    [Fact]
    public async Task Encode_CallerLeaves_TheImageIsNotRead()
    {
        await using var server = await EncoderServer.StartAsync();
        using var leaves = new CancellationTokenSource();
        var first = server.EncodeAsync(EncoderFixture.File(FakePipeline.Good, 1));
        await server.Pipeline.NextAsync();
        using (var call = server.Client.Encode(cancellationToken: leaves.Token))
        {
            await call.RequestStream.WriteAsync(new() { Header = EncoderServer.Header(_file) }, leaves.Token);
            await leaves.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        }

        server.Pipeline.Let(10);
        await first;
        await server.EncodeAsync(EncoderFixture.File(FakePipeline.Good, 3));
        Assert.Equal([1, 3], server.Pipeline.Files.Select(file => file[1]));
    }

    [Fact]
    public async Task Encode_AnotherCallAnnouncesEverythingAndSendsLittle_FindsRoom()
    {
        const int Most = 1 << 20;
        await using var server = await EncoderServer.StartAsync(
            ("MaxImageBytes", $"{Most}"), ("MaxBytesInFlight", $"{Most}"));
        var slow = EncoderServer.Header(new byte[Most]);
        using var call = server.Client.Encode(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { Header = slow }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(
            new() { Chunk = ByteString.CopyFrom(new byte[1]) }, TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => server.Received.Held > 0);
        Assert.InRange(server.Received.Held, 1, Most / 4);

        server.Pipeline.Let(1);
        Assert.Equal(1024u, (await server.EncodeAsync(_file)).Width);
    }

    [Fact]
    public async Task Encode_MoreArrivesThanThereIsRoomFor_SaysWhenToTryAgain()
    {
        const int Most = 1 << 20;
        await using var server = await EncoderServer.StartAsync(
            ("MaxImageBytes", $"{Most}"), ("MaxBytesInFlight", $"{Most}"));
        var waiting = server.EncodeAsync([FakePipeline.Good, 1, .. new byte[Most / 2]]);
        await server.Pipeline.NextAsync();

        var error = await EarlyRefusal.OfAsync(
            server.Address, channel => EncoderServer.EncodeAsync(channel, [FakePipeline.Good, 2, .. new byte[Most * 3 / 4]]));

        Assert.Equal((StatusCode.ResourceExhausted, "ENCODER_OVERLOADED"), (error.StatusCode, ReasonOf(error)));
        server.Pipeline.Let(1);
        await waiting;
        SpinWait.SpinUntil(() => server.Received.Held == 0);
    }

    private static EncodeRequest[] Wrong(string what)
    {
        var header = EncoderServer.Header(_file);
        var chunk = new EncodeRequest { Chunk = ByteString.CopyFrom(_file) };
        switch (what)
        {
            case "no header":
                return [chunk];
            case "header twice":
                return [new() { Header = header }, new() { Header = header }];
            case "tenant":
                header.Tenant = "No Tenant";
                break;
            case "hash":
                header.ImageSha256 = "abc";
                break;
            case "model":
                header.ModelDigest = new string('b', 64);
                break;
            case "preprocessing":
                header.Preprocessing = "v0";
                break;
            case "too large":
                header.SizeBytes = 2000;
                break;
            case "less than announced":
                header.SizeBytes++;
                break;
            case "more than announced":
                header.SizeBytes--;
                break;
            default:
                chunk = new() { Chunk = ByteString.CopyFrom(FakePipeline.Good, 99) };
                break;
        }

        return [new() { Header = header }, chunk];
    }

    private static string? ReasonOf(RpcException error) => error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;
}
