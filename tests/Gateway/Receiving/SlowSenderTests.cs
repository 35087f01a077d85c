using System.Globalization;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Receiving;

/// <summary>Whoever begins a message has to go on with it, in every protocol; others need not.</summary>
public sealed class SlowSenderTests
{
    private const int Announced = 60_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ReceivingHarness.Segment)]
    [InlineData(ReceivingHarness.Stream)]
    [InlineData(ReceivingHarness.Upload)]
    [InlineData("/grpc.health.v1.Health/Check")]
    public async Task Grpc_AMessageStops_EndsAfterTheIdleTime(string method)
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var call = harness.Call(method);
        call.Send(0, 0, 0, 0x40, 0, 0x12);
        await harness.HeldAsync(1);

        var seconds = await harness.TurnUntilAsync(call.Answer);

        Assert.InRange(seconds, 29, 600);
        Assert.Contains("UPLOAD_IDLE", await call.Answer, StringComparison.Ordinal);
        await harness.HeldAsync(0, 0);
    }

    [Fact]
    public async Task Grpc_ACallWithoutItsMessage_EndsAfterTheIdleTime()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var call = harness.Call(ReceivingHarness.Segment);
        await harness.HeldAsync(1);

        var seconds = await harness.TurnUntilAsync(call.Answer);

        Assert.InRange(seconds, 29, 600);
        Assert.Contains("UPLOAD_IDLE", await call.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReceivingHarness.Segment, "application/grpc-web")]
    [InlineData(ReceivingHarness.Segment, "application/grpc-web-text")]
    [InlineData("/v1/segment", "application/json")]
    [InlineData("/v1/images", "image/jpeg")]
    [InlineData("/v1/images", "multipart/form-data; boundary=x")]
    public async Task Http_ABodyStops_EndsAfterTheIdleTime(string path, string mediaType)
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var beginning = mediaType switch
        {
            "application/grpc-web" => ReceivingHarness.BeginSegment(10_000, 5_000),
            "application/grpc-web-text" => TextEncoding.ASCII.GetBytes(
                Convert.ToBase64String(ReceivingHarness.BeginSegment(10_000, 5_000))[..^4]),
            "application/json" => TextEncoding.ASCII.GetBytes("{\"imageData\":\"" + new string('A', 5_000)),
            "image/jpeg" => new byte[5_000],
            _ => [.. TextEncoding.ASCII.GetBytes(
                "--x\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\n"), .. new byte[5_000]],
        };
        var (_, answer) = await harness.BeginAsync(path, mediaType, Announced, beginning);
        await harness.HeldAsync(1);

        var seconds = await harness.TurnUntilAsync(answer);

        Assert.InRange(seconds, 29, 600);
        Assert.Contains("UPLOAD_IDLE", await answer, StringComparison.Ordinal);
        await harness.HeldAsync(0, 0);
    }

    [Fact]
    public async Task WebSocket_AMessageStops_ClosesTheSessionAfterTheIdleTime()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(harness.Host);
        await client.Socket.SendAsync(new byte[] { 0x0A, 0x80, 0x40 }, WebSocketMessageType.Binary, false, Cancel);
        await harness.HeldAsync(0);
        var closed = client.ClosedAsync();

        var seconds = await harness.TurnUntilAsync(closed);

        Assert.InRange(seconds, 29, 600);
        // The clock may be turned on while the server looks at it.
        var told = Regex.Match((await closed).Reason!, "^Nothing arrived for ([0-9]+) s");
        Assert.InRange(int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture), 30, 600);
    }

    [Fact]
    public async Task Upload_FastAtFirstThenATrickle_EndsWithinAMinute()
    {
        await using var harness = await ReceivingHarness.StartAsync();
        var (connection, answer) = await harness.BeginAsync("/v1/images", "image/jpeg", Announced, new byte[1_000_000]);
        await harness.HeldAsync(1_000_000);

        var seconds = 0;
        while (!answer.IsCompleted && seconds < 600)
        {
            await connection.WriteAsync(new byte[600], Cancel);
            seconds += await harness.TurnUntilAsync(Task.WhenAny(answer, Task.Delay(10, Cancel)));
        }

        Assert.InRange(seconds, 29, 599);
        Assert.Contains("MESSAGE_TOO_SLOW", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Session_QuietBetweenMessages_GoesOn(bool isWebSocket)
    {
        await using var harness = await ReceivingHarness.StartAsync();
        using var socket = isWebSocket ? await WebSocketClient.ConnectAsync(harness.Host) : null;
        using var call = isWebSocket ? null : harness.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        for (var i = 0; i < 3; i++)
        {
            var image = new OpenImage { ImageData = ByteString.CopyFrom(new byte[10_000]) };
            var open = new SegmentStreamRequest { Open = image };
            await (socket is null ? call!.RequestStream.WriteAsync(open, Cancel) : socket.SendAsync(open));
            if (call is not null)
            {
                Assert.True(await call.ResponseStream.MoveNext(Cancel));
            }

            var answer = socket is null ? call!.ResponseStream.Current : await socket.NextAsync();
            Assert.NotNull(answer.Opened);
            await harness.HeldAsync(0, 0);
            harness.Clock.Advance(TimeSpan.FromHours(1));
        }
    }
}
