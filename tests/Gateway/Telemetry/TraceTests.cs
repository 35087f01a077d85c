using System.Diagnostics;
using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Routing;
using Segmentation.Gateway.Tests.Streaming;
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
    public async Task Stream_OpenAndPrompts_AreSpansOfTheCall()
    {
        await using var host = await GatewayHost.StartAsync();
        using var test = _spans.Begin();
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        var open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Mode = StreamMode.All };
        await stream.RequestStream.WriteAsync(new() { Open = open }, Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(1) }, Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(2) }, Cancel);
        await stream.RequestStream.CompleteAsync();
        while (await stream.ResponseStream.MoveNext(Cancel))
        {
        }

        var call = await _spans.OneAsync("Microsoft.AspNetCore.Hosting.HttpRequestIn");
        var prompts = await _spans.NextAsync("prompt", 2);
        Assert.Equal(call.SpanId, (await _spans.OneAsync("open image")).ParentSpanId);
        Assert.All(prompts, prompt => Assert.Equal(call.SpanId, prompt.ParentSpanId));
        Assert.Equal([1L, 2L], prompts.Select(prompt => prompt.GetTagItem("segmentation.prompt.sequence")).Order());
        Assert.All(prompts, prompt => Assert.Equal(0, prompt.GetTagItem("rpc.grpc.status_code")));
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
        var first = silos.Routes.For(RoutingHarness.Key)[0].Address;
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
