using System.Diagnostics.Metrics;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Stream = Grpc.Core.AsyncDuplexStreamingCall<
    Segmentation.Protocol.V1.SegmentStreamRequest, Segmentation.Protocol.V1.SegmentStreamResponse>;

namespace Segmentation.Gateway.Tests.Streaming;

public sealed class WireTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_OpenClickRefineFinish_EndsOk()
    {
        await using var host = await GatewayHost.StartAsync();
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await OpenAsync(stream, StreamMode.All);
        await SendAsync(stream, ScriptedClient.Click(1));
        await SendAsync(stream, ScriptedClient.Click(2, refine: true));
        await stream.RequestStream.CompleteAsync();

        var responses = await stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(Requests.IdOf(Requests.File), responses[0].Opened.Image.Id);
        Assert.Equal([1L, 2], responses.Skip(1).Select(response => response.Answer.Sequence));
        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        Assert.Equal(
            responses[1].Answer.Result.Masks[0].Id, host.Grain.Requests.Last().Request.Prompts[0].MaskId);
    }

    [Fact]
    public async Task Session_TwoTenants_SeeTheirOwnImagesOnly()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.UploadAsync(Requests.File, "anna");
        using var stream = host.Segmentation.SegmentStream(Requests.As("bert"), cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(
            new SegmentStreamRequest { Open = new OpenImage { ImageId = Requests.IdOf(Requests.File) } }, Cancel);

        var response = await NextAsync(stream);

        Assert.Equal((int)StatusCode.NotFound, response.Error.Status.Code);
    }

    [Fact]
    public async Task Latest_ManyPrompts_EveryNumberIsAnsweredOrSupersededOnce()
    {
        await using var host = await GatewayHost.StartAsync();
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await OpenAsync(stream, StreamMode.Latest);
        var reading = stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel).AsTask();
        for (var i = 1; i <= 500; i++)
        {
            // Every hundredth is outside of the image: its error supersedes like an answer.
            await SendAsync(stream, i % 100 == 0 ? new StreamPrompt { Sequence = i } : ScriptedClient.Click(i));
        }

        await stream.RequestStream.CompleteAsync();
        var responses = (await reading).Skip(1).ToArray();

        var numbers = responses.SelectMany(response => response.Answer is { } answer
            ? answer.Superseded.Append(answer.Sequence)
            : response.Error.Superseded.Append(response.Error.Sequence));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task Client_Cancels_OutstandingDecodesAreCancelledAndTheSessionEnds()
    {
        await using var host = await GatewayHost.StartAsync();
        var gate = new DecodeGate(host.Grain);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var stream = host.Segmentation.SegmentStream(cancellationToken: source.Token);
        await OpenAsync(stream, StreamMode.All);
        await SendAsync(stream, ScriptedClient.Click(1));
        var held = await gate.NextAsync();

        await source.CancelAsync();

        await held.Cancelled.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Deadline_Passes_OutstandingDecodesAreCancelled()
    {
        await using var host = await GatewayHost.StartAsync();
        var gate = new DecodeGate(host.Grain);
        using var stream = host.Segmentation.SegmentStream(
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1), cancellationToken: Cancel);
        await OpenAsync(stream, StreamMode.All);
        Assert.NotNull((await NextAsync(stream)).Opened);
        await SendAsync(stream, ScriptedClient.Click(1));
        var held = await gate.NextAsync();
        Assert.NotNull(held.Request.TimeLeft);

        await held.Cancelled.Task.WaitAsync(Cancel);
        var exception = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Cancel));
        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task Server_Stops_OutstandingPromptsAreAnsweredThenTheClientIsToldToGoElsewhere()
    {
        await using var host = await GatewayHost.StartAsync();
        var gate = new DecodeGate(host.Grain);
        using var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await OpenAsync(stream, StreamMode.All);
        await SendAsync(stream, ScriptedClient.Click(1));
        var held = await gate.NextAsync();
        var unary = host.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = Requests.IdOf(Requests.File), Prompts = { Requests.Click(2, 2) } },
            cancellationToken: Cancel);
        var heldUnary = await gate.NextAsync();

        var stopping = host.App.StopAsync(Cancel);
        held.Release();

        Assert.NotNull((await NextAsync(stream)).Opened);
        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        var status = await Requests.FailsAsync(
            StatusCode.Unavailable, () => stream.ResponseStream.MoveNext(Cancel));
        Assert.Equal("SHUTTING_DOWN", status.Reason());

        // It also kept the connection until the client had read all of the above.
        heldUnary.Release();
        Assert.Single((await unary).Results);
        await stopping;
    }

    [Fact]
    public async Task Sessions_TooMany_AreRefusedUntilOneEnds()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Sessions:MaxOpen", "1"));
        using var first = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await OpenAsync(first, StreamMode.All);
        await NextAsync(first);
        using var second = host.Segmentation.SegmentStream(cancellationToken: Cancel);

        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => second.ResponseStream.MoveNext(Cancel));
        await first.RequestStream.CompleteAsync();
        Assert.False(await first.ResponseStream.MoveNext(Cancel));
        using var third = host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await OpenAsync(third, StreamMode.All);

        Assert.Equal("TOO_MANY_SESSIONS", status.Reason());
        Assert.NotNull((await NextAsync(third)).Opened);
    }

    [Fact]
    public async Task Metrics_CountCallsSupersededPromptsAndSessions()
    {
        await using var host = await GatewayHost.StartAsync();
        var counts = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == "segmentation.gateway" && ReferenceEquals(instrument.Meter.Scope, ScopeOf(host)))
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => counts.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        var gate = new DecodeGate(host.Grain);
        using (var stream = host.Segmentation.SegmentStream(cancellationToken: Cancel))
        {
            await OpenAsync(stream, StreamMode.Latest);
            Assert.NotNull((await NextAsync(stream)).Opened);
            await SendAsync(stream, ScriptedClient.Click(1));
            var held = await gate.NextAsync();
            Assert.Equal(1, counts["segmentation.gateway.sessions.open"]);
            await stream.RequestStream.CompleteAsync();
            held.Release();
            Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
            Assert.False(await stream.ResponseStream.MoveNext(Cancel));
        }

        await host.UploadAsync(Requests.OtherFile);
        await host.App.StopAsync(Cancel);

        Assert.Equal(0, counts["segmentation.gateway.sessions.open"]);
        Assert.Equal(3, counts["segmentation.gateway.upload.bytes"]);
        Assert.Equal(2, counts["segmentation.gateway.requests"]);
    }

    private static object ScopeOf(GatewayHost host) =>
        host.App.Services.GetService(typeof(IMeterFactory)) ?? throw new InvalidOperationException();

    private static Task OpenAsync(Stream stream, StreamMode mode) => stream.RequestStream.WriteAsync(
        new SegmentStreamRequest { Open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File), Mode = mode } },
        Cancel);

    private static Task SendAsync(Stream stream, StreamPrompt prompt) =>
        stream.RequestStream.WriteAsync(new SegmentStreamRequest { Prompt = prompt }, Cancel);

    private static async Task<SegmentStreamResponse> NextAsync(Stream stream)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        return stream.ResponseStream.Current;
    }
}
