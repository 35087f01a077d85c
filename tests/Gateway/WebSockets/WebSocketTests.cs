using System.Net.Sockets;
using System.Net.WebSockets;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.Streaming;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.WebSockets;

public sealed class WebSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_SameMessages_GetTheAnswersOfGrpc()
    {
        await using var host = await GatewayHost.StartAsync();
        SegmentStreamRequest[] messages =
        [
            new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File) } },
            new() { Prompt = ScriptedClient.Click(1) },
            new() { Prompt = ScriptedClient.Click(2, refine: true) },
            new() { Prompt = ScriptedClient.Click(2) },
            new() { Reset = new ResetSession() },
            new() { Prompt = new StreamPrompt { Sequence = 3 } },
        ];
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        using var client = await WebSocketClient.ConnectAsync(host);
        foreach (var message in messages)
        {
            await stream.RequestStream.WriteAsync(message, Cancel);
            await client.SendAsync(message);
        }

        await stream.RequestStream.CompleteAsync();
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        var expected = await stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
        var answers = new List<SegmentStreamResponse>();
        while (await client.ReceiveAsync() is { } answer)
        {
            Assert.False(answer.IsText);
            answers.Add(answer.Message);
        }

        Assert.Equal(5, expected.Count);
        expected[0].Opened.Image.EncodeDuration = answers[0].Opened.Image.EncodeDuration = null;
        Assert.Equal(expected, answers);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
    }

    [Fact]
    public async Task Session_FramesOfBothForms_AreAnsweredInTheFormOfTheLatest()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);

        var file = Convert.ToBase64String(Requests.File);
        await client.SendAsync("{\"open\": {\"imageData\": \"" + file + "\"}}");
        var opened = await client.ReceiveAsync();
        await client.SendAsync("""{"prompt": {"sequence": "1", "prompt": {"points": [{"x": 3, "y": 4}]}}}""");
        var first = await client.ReceiveAsync();
        await client.SendAsync(ScriptedClient.Click(2));
        var second = await client.ReceiveAsync();

        Assert.True(opened?.IsText);
        Assert.Equal(Requests.IdOf(Requests.File), opened?.Message.Opened.Image.Id);
        Assert.Equal((true, 1), (first!.Value.IsText, first.Value.Message.Answer.Sequence));
        Assert.Equal((false, 2), (second!.Value.IsText, second.Value.Message.Answer.Sequence));
    }

    [Fact]
    public async Task Latest_ManyPrompts_EveryNumberIsAnsweredOrSupersededOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);
        await client.OpenAsync(StreamMode.Latest);
        for (var i = 1; i <= 300; i++)
        {
            await client.SendAsync(ScriptedClient.Click(i));
        }

        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        Assert.NotNull((await client.NextAsync()).Opened);
        var numbers = new List<long>();
        while (await client.ReceiveAsync() is { } answer)
        {
            numbers.AddRange(answer.Message.Answer.Superseded.Append(answer.Message.Answer.Sequence));
        }

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task Image_OfTwentyMegabytesInFragments_IsOpened()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);
        var message = new SegmentStreamRequest
        {
            Open = new OpenImage { ImageData = ByteString.CopyFrom(new byte[20_000_000]) },
        }.ToByteArray();

        foreach (var chunk in message.Chunk(3_000_000))
        {
            await client.Socket.SendAsync(chunk, WebSocketMessageType.Binary, endOfMessage: false, Cancel);
        }

        await client.Socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, endOfMessage: true, Cancel);

        Assert.Equal(20_000_000u, (await client.NextAsync()).Opened.Image.SizeBytes);
    }

    [Theory]
    [InlineData("{\"promt\": {}}", "promt")]
    [InlineData("{", "SegmentStreamRequest")]
    public async Task Frame_IsNotItsJson_ClosesWithTheReason(string text, string word)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);

        await client.SendAsync(text);
        var (code, reason) = await client.ClosedAsync();

        Assert.Equal(4003, code);
        Assert.Contains(word, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_IsNoMessage_ClosesWithTheReason()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);

        await client.Socket.SendAsync(new byte[] { 255, 255 }, WebSocketMessageType.Binary, true, Cancel);
        var (code, reason) = await client.ClosedAsync();

        Assert.Equal(4003, code);
        Assert.Contains("SegmentStreamRequest", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frame_OverTheLimit_ClosesWithTheReason()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Uploads:MaxImageBytes", "2000"));
        using var client = await WebSocketClient.ConnectAsync(host);

        await client.OpenAsync(file: new byte[1_100_000]);
        var (code, reason) = await client.ClosedAsync();

        Assert.Equal(4008, code);
        Assert.Contains("1050576", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_TooMany_CloseWithTheReason()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Sessions:MaxOpen", "1"));
        using var first = await WebSocketClient.ConnectAsync(host);
        await first.OpenAsync();
        Assert.NotNull((await first.NextAsync()).Opened);

        using var second = await WebSocketClient.ConnectAsync(host);

        Assert.Equal(4008, (await second.ClosedAsync()).Code);
    }

    [Fact]
    public async Task Connect_OfNoTenant_IsRefusedWithTheReason()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/session", null, ("x-segmentation-tenant", "No!")), Cancel).FailsAsync(400);

        Assert.Equal("INVALID_TENANT", problem.Reason());
    }

    [Fact]
    public async Task Server_Stops_OutstandingPromptsAreAnsweredThenTheClientIsToldToGoElsewhere()
    {
        await using var host = await GatewayHost.StartAsync();
        var gate = new DecodeGate(host.Grain);
        using var client = await WebSocketClient.ConnectAsync(host);
        await client.OpenAsync();
        await client.SendAsync(ScriptedClient.Click(1));
        var held = await gate.NextAsync();

        var stopping = host.App.StopAsync(Cancel);
        held.Release();

        Assert.NotNull((await client.NextAsync()).Opened);
        Assert.Equal(1, (await client.NextAsync()).Answer.Sequence);
        var (code, reason) = await client.ClosedAsync();
        Assert.Equal(4014, code);
        Assert.Contains("shutting down", reason, StringComparison.Ordinal);
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        await stopping;
    }

    [Fact]
    public async Task Client_Vanishes_OutstandingDecodesAreCancelled()
    {
        await using var host = await GatewayHost.StartAsync();
        var gate = new DecodeGate(host.Grain);
        using var client = await WebSocketClient.ConnectAsync(host);
        await client.OpenAsync();
        await client.SendAsync(ScriptedClient.Click(1));
        var held = await gate.NextAsync();

        client.Socket.Abort();

        await held.Cancelled.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Client_DoesNotAnswerPings_ItsSessionIsEnded()
    {
        await using var host = await GatewayHost.StartAsync(
            options:
            [
                ("Segmentation:Sessions:KeepAliveInterval", "00:00:01"),
                ("Segmentation:Sessions:KeepAliveTimeout", "00:00:01"),
            ]);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", host.Addresses.Http.Port, Cancel);
        var line = tcp.GetStream();
        await line.WriteAsync(
            TextEncoding.ASCII.GetBytes(
                "GET /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            Cancel);

        // Everything it sends, and then the end: it gave up.
        using var received = new MemoryStream();
        var ending = line.CopyToAsync(received, Cancel);
        await ending.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.True(ending.IsCompletedSuccessfully || ending.Exception?.InnerException is IOException);
        Assert.Contains(" 101 ", TextEncoding.ASCII.GetString(received.ToArray()), StringComparison.Ordinal);
        Assert.Contains((byte)0x89, received.ToArray());
    }
}
