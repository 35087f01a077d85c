using System.Diagnostics;
using System.Net.WebSockets;
using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Routing;
using Segmentation.Gateway.Tests.Streaming;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Telemetry;

/// <summary>The spans of the edge.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly HeardSpans _spans = new("segmentation.gateway", "Microsoft.AspNetCore");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_OpenAndPrompts_AreTracesOfTheirOwnLinkedToTheCall()
    {
        await using var host = await GatewayHost.StartAsync();
        using var test = _spans.Begin();
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        var open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Mode = StreamMode.All };
        await stream.RequestStream.WriteAsync(new() { Open = open }, Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(1) }, Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(2) }, Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(2) }, Cancel);
        await stream.RequestStream.CompleteAsync();
        while (await stream.ResponseStream.MoveNext(Cancel))
        {
        }

        var call = await _spans.OneAsync("Microsoft.AspNetCore.Hosting.HttpRequestIn");
        var prompts = await _spans.NextAsync("prompt", 2);
        AssertOwnTraces(call, [await _spans.OneAsync("open image"), .. prompts]);
        Assert.Equal([1L, 2L], prompts.Select(prompt => prompt.GetTagItem("segmentation.prompt.sequence")).Order());
        Assert.All(prompts, prompt => Assert.Equal(0, prompt.GetTagItem("rpc.grpc.status_code")));

        // The client's trace goes on in the call, and is found from every prompt through the link.
        Assert.Equal(test.TraceId, call.TraceId);
        Assert.Equal(1, call.GetTagItem("segmentation.session.images"));
        Assert.Equal(2, call.GetTagItem("segmentation.session.prompts"));
        Assert.Equal(0, call.GetTagItem("segmentation.session.superseded"));
        Assert.Equal(1, call.GetTagItem("segmentation.session.errors"));
    }

    [Fact]
    public async Task WebSocket_OpenAndPrompts_AreTracesOfTheirOwnLinkedToTheCall()
    {
        await using var host = await GatewayHost.StartAsync();
        using var test = _spans.Begin();
        using (var client = await WebSocketClient.ConnectAsync(host, traceParent: test.Id))
        {
            await client.OpenAsync();
            Assert.NotNull((await client.NextAsync()).Opened);
            await client.SendAsync(ScriptedClient.Click(1));
            Assert.NotNull((await client.NextAsync()).Answer);
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
            await client.ClosedAsync();
        }

        var call = await _spans.OneAsync("Microsoft.AspNetCore.Hosting.HttpRequestIn");
        AssertOwnTraces(call, await _spans.OneAsync("open image"), await _spans.OneAsync("prompt"));
        Assert.Equal(1, call.GetTagItem("segmentation.session.prompts"));
    }

    private static void AssertOwnTraces(Activity call, params Activity[] spans)
    {
        Assert.All(spans, span =>
        {
            Assert.Equal(default, span.ParentSpanId);
            Assert.Equal(call.Context.SpanId, Assert.Single(span.Links).Context.SpanId);
            Assert.Equal(call.TraceId, Assert.Single(span.Links).Context.TraceId);
        });
        Assert.Equal(spans.Length + 1, spans.Append(call).Select(span => span.TraceId).Distinct().Count());
    }

    [Theory]
    [InlineData(DecodeStatus.ImageNotFound, StatusCode.NotFound, ActivityStatusCode.Unset)]
    [InlineData(DecodeStatus.Expired, StatusCode.DeadlineExceeded, ActivityStatusCode.Error)]
    public async Task Stream_APromptThatFails_SaysSoInItsSpanAndInTheMetrics(
        DecodeStatus status, StatusCode code, ActivityStatusCode expected)
    {
        using var test = _spans.Begin();
        await using var session = await new SessionHarness().OpenAsync();
        using var meters = new HeardMeters(session.Meters);
        session.Grain.Before = (_, _, _) => Task.FromResult<DecodeReply?>(new() { Status = status });

        await session.Client.ClickAsync(1);
        var response = await session.Client.ReceiveAsync();

        var prompt = await _spans.OneAsync("prompt");
        Assert.Equal((int)code, response.Error.Status.Code);
        Assert.Equal((int)code, prompt.GetTagItem("rpc.grpc.status_code"));
        Assert.Equal(expected, prompt.Status);
        Assert.Equal(1, meters[$"segmentation.gateway.prompt.duration {(int)code}"]);
    }

    [Fact]
    public async Task DecodeAsync_SentToOneMoreSilo_IsAnEventOfTheCall()
    {
        using var test = _spans.Begin();
        using var silos = new RoutingHarness(2);
        var first = silos.Selector.For(RoutingHarness.Key)[0].Address;
        silos.Grain.Before = (key, _, _) => ImageAddress.SiloOf(key)!.Equals(first)
            ? Task.FromException<DecodeReply?>(new SiloUnavailableException("Gone."))
            : Task.FromResult<DecodeReply?>(new() { Status = DecodeStatus.Ok });

        await silos.DecodeAsync();

        var hedge = Assert.Single(test.Events);
        Assert.Equal("hedged", hedge.Name);
        Assert.Equal("failed", Assert.Single(hedge.Tags).Value);
    }

    public void Dispose() => _spans.Dispose();
}
