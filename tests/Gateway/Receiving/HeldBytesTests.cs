using System.Net.WebSockets;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Receiving;

/// <summary>What is charged for requests is what has arrived of them, and leaves room for those of others.</summary>
public sealed class HeldBytesTests
{
    private const int Megabyte = 1_000_000;

    private static readonly (string, string)[] _small =
    [
        ("Segmentation:Uploads:MaxImageBytes", "2000000"), ("Segmentation:Uploads:MaxBytesInFlight", "16000000"),
    ];

    private static EncodeReply Damaged =>
        new() { Status = EncodeStatus.InvalidImage, Reason = "DAMAGED", Message = "It is damaged." };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grpc_UnfinishedMessage_IsChargedWithWhatHasArrived()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var call = harness.Call(ReceivingHarness.Segment);

        call.Send(ReceivingHarness.BeginSegment(50 * Megabyte, Megabyte));
        await harness.HeldAsync(Megabyte, Megabyte + 100);
        call.Send(new byte[Megabyte]);
        await harness.HeldAsync(2 * Megabyte, (2 * Megabyte) + 100);
        call.End();

        Assert.Contains("INVALID_MESSAGE", await call.Answer, StringComparison.Ordinal);
        await harness.HeldAsync(0, 0);
    }

    [Fact]
    public async Task Http_LargeBodiesThatAreOnlyAnnounced_TakeNothingFromOthers()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var beginning = TextEncoding.ASCII.GetBytes("{\"imageData\":\"" + new string('A', 600));
        for (var i = 0; i < 14; i++)
        {
            await harness.BeginAsync("/v1/segment", "application/json", 60 * Megabyte, beginning);
        }

        await harness.HeldAsync(14 * 4096, 14 * 4096);
        await BystanderAsync(harness);
    }

    [Fact]
    public async Task Upload_ManyOfOneByte_TakeLittle()
    {
        await using var harness = await ReceivingHarness.StartAsync(_small);
        for (var i = 0; i < 100; i++)
        {
            await harness.BeginAsync("/v1/images", "image/jpeg", 2 * Megabyte, [1]);
        }

        // A piece of the buffer, and the rest of the request.
        await harness.HeldAsync(100 * 4096, 100 * 8192);
        await BystanderAsync(harness);
    }

    [Fact]
    public async Task Grpc_ManyMessagesButForTheLastByte_AreBoundedAndLeaveRoom()
    {
        await using var harness = await ReceivingHarness.StartAsync(_small);
        RawBody[] calls = [.. Enumerable.Range(0, 24).Select(_ => harness.Call(ReceivingHarness.Segment))];
        foreach (var call in calls)
        {
            call.Send(ReceivingHarness.BeginSegment(2 * Megabyte, (2 * Megabyte) - 1));
        }

        // Some are refused, the others stay.
        await Task.WhenAny(calls.Select(call => call.Answer)).WaitAsync(Patience.Longest, Cancel);
        await harness.HeldAsync(2 * Megabyte, 13 * Megabyte);
        await BystanderAsync(harness);
        var refused = calls.First(call => call.Answer.IsCompleted);
        Assert.Contains("UPLOADS_IN_FLIGHT", await refused.Answer, StringComparison.Ordinal);

        await harness.TurnUntilAsync(Task.WhenAll(calls.Select(call => call.Answer)));
        await harness.HeldAsync(0, 0);
    }

    [Fact]
    public async Task WebSocket_ManyUnfinishedMessages_AreBoundedAndLeaveRoom()
    {
        await using var harness = await ReceivingHarness.StartAsync(_small);
        List<WebSocketClient> clients = [];
        for (var i = 0; i < 16; i++)
        {
            clients.Add(await WebSocketClient.ConnectAsync(harness.Host));
        }

        var message = new SegmentStreamRequest
        {
            Open = new OpenImage { ImageData = ByteString.CopyFrom(new byte[2 * Megabyte]) },
        }.ToByteArray();
        Task<(int Code, string Reason)>[] closes = [.. clients.Select(client => client.ClosedAsync())];
        Task[] sending =
        [
            .. clients.Select(client => client.Socket.SendAsync(
                message.AsMemory(0, message.Length - 1), WebSocketMessageType.Binary, false, Cancel).AsTask()),
        ];

        var refused = await (await Task.WhenAny(closes)).WaitAsync(Patience.Longest, Cancel);
        Assert.Contains("uploads", refused.Reason, StringComparison.Ordinal);
        await harness.HeldAsync(2 * Megabyte, 13 * Megabyte);
        await BystanderAsync(harness);
        await harness.TurnUntilAsync(Task.WhenAll(closes));
        await harness.HeldAsync(0, 0);
        await Task.WhenAll(sending.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Segment_ImageInTheRequest_IsChargedUntilTheEncoderIsDone()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var encoding = new TaskCompletionSource();
        var release = new TaskCompletionSource<EncodeReply>();
        harness.Host.Encoder.Handler = (_, _) =>
        {
            encoding.TrySetResult();
            return release.Task;
        };
        var request = new SegmentRequest
        {
            ImageData = ByteString.CopyFrom(new byte[Megabyte]), Prompts = { Requests.Click(1, 1) },
        };
        using var call = harness.Host.Segmentation.SegmentAsync(request, cancellationToken: Cancel);
        await encoding.Task.WaitAsync(Cancel);

        Assert.InRange(harness.Budget.Held, Megabyte, Megabyte + 1000);
        release.SetResult(Damaged);

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        await harness.HeldAsync(0, 0);
    }

    [Fact]
    public async Task Session_ImageThatWaits_IsChargedUntilItIsOpen()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var release = new TaskCompletionSource();
        harness.Host.Encoder.Handler = async (_, cancellationToken) =>
        {
            await release.Task.WaitAsync(cancellationToken);
            return Damaged;
        };
        using var client = await WebSocketClient.ConnectAsync(harness.Host);

        // One is being encoded, one waits.
        await client.OpenAsync(file: new byte[Megabyte]);
        await client.OpenAsync(file: new byte[2 * Megabyte]);
        await harness.HeldAsync(3 * Megabyte);
        release.SetResult();

        Assert.NotNull((await client.NextAsync()).Error);
        Assert.NotNull((await client.NextAsync()).Error);
        await harness.HeldAsync(0, 0);
    }

    /// <summary>A click, and uploads of a small and of a larger picture, by somebody else of the same tenant.</summary>
    private static async Task BystanderAsync(ReceivingHarness harness)
    {
        await harness.Host.UploadAsync(new byte[300_000], chunk: 50_000);
        await harness.Host.UploadAsync(Requests.File);
        var request = new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(1, 1) } };
        await harness.Host.Segmentation.SegmentAsync(request, cancellationToken: Cancel);
        using var client = harness.Host.Client();
        using var upload = Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(new byte[200_000]));
        using var response = await client.SendAsync(upload, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
