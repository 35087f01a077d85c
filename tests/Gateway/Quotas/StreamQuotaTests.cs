using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>A live session that was admitted goes on: its prompts are refused one by one until there is budget.</summary>
public sealed class StreamQuotaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prompt_OverTheQuota_IsAnsweredWithAnErrorAndTheSessionGoesOn()
    {
        await using var quotas = await QuotaHost.StartAsync();
        using var call = quotas.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        Assert.NotNull((await AskAsync(call, Open(Requests.File))).Opened);
        for (var i = 1; i <= 6; i++)
        {
            Assert.Equal(i, (await AskAsync(call, Click(i))).Answer.Sequence);
        }

        var refused = (await AskAsync(call, Click(7))).Error;
        var refusedImage = (await AskAsync(call, Open(Requests.OtherFile))).Error;
        var without = (await AskAsync(call, Click(8))).Error;

        Assert.Equal(7, refused.Sequence);
        var wait = QuotaHost.CheckRefusal(refused.Status);
        QuotaHost.CheckRefusal(refusedImage.Status);
        Assert.Equal("NO_IMAGE_OPEN", without.Status.Reason());
        Assert.Equal(10, await quotas.UsedAsync());
        quotas.Pass(wait + wait);
        Assert.NotNull((await AskAsync(call, Open(Requests.File))).Opened);
        Assert.Equal(9, (await AskAsync(call, Click(9))).Answer.Sequence);
    }

    [Fact]
    public async Task Prompt_ThatWasSuperseded_CostsNothing()
    {
        await using var quotas = await QuotaHost.StartAsync();
        var gate = new DecodeGate(quotas.Host.Grain);
        using var call = quotas.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await AskAsync(call, Open(Requests.File, StreamMode.Latest));
        await call.RequestStream.WriteAsync(Click(1), Cancel);
        var first = await gate.NextAsync();
        for (var i = 2; i <= 20; i++)
        {
            await call.RequestStream.WriteAsync(Click(i), Cancel);
        }

        await call.RequestStream.CompleteAsync();
        first.Release();
        var answered = new List<StreamAnswer>();
        var reading = Task.Run(
            async () =>
            {
                await foreach (var response in call.ResponseStream.ReadAllAsync(Cancel))
                {
                    Assert.True(response.Answer is not null, $"{response}");
                    answered.Add(response.Answer);
                }
            },
            Cancel);
        while (!reading.IsCompleted)
        {
            var next = gate.NextAsync().AsTask();
            if (await Task.WhenAny(next, reading) == next)
            {
                (await next).Release();
            }
        }

        await reading;
        Assert.Equal(20, answered[^1].Sequence);
        Assert.Equal(20 - answered.Count, answered.Sum(answer => answer.Superseded.Count));
        Assert.Equal(4 + answered.Count, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Prompt_OverAWebSocket_IsAnsweredWithAnErrorAndTheSessionGoesOn()
    {
        await using var quotas = await QuotaHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(quotas.Host);
        await client.OpenAsync();
        Assert.NotNull((await client.ReceiveAsync())!.Value.Message.Opened);
        for (var i = 1; i <= 7; i++)
        {
            await client.SendAsync(Click(i).Prompt);
        }

        for (var i = 1; i <= 6; i++)
        {
            Assert.NotNull((await client.ReceiveAsync())!.Value.Message.Answer);
        }

        var wait = QuotaHost.CheckRefusal((await client.ReceiveAsync())!.Value.Message.Error.Status);
        quotas.Pass(wait);
        await client.SendAsync(Click(8).Prompt);
        Assert.Equal(8, (await client.ReceiveAsync())!.Value.Message.Answer.Sequence);
    }

    [Fact]
    public async Task Session_OverTheTenantsBound_IsRefusedUntilOneIsClosed()
    {
        await using var quotas = await QuotaHost.StartAsync(("Segmentation:Quotas:MaxSessions", "1"));
        using var first = quotas.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        await AskAsync(first, Open(Requests.File));
        Assert.Equal((1ul, 1ul), await SessionsAsync(quotas));

        using var second = quotas.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => second.ResponseStream.MoveNext(Cancel));
        using var others = quotas.Host.Segmentation.SegmentStream(Requests.As("other"), cancellationToken: Cancel);
        Assert.NotNull((await AskAsync(others, Open(Requests.File))).Opened);

        Assert.Equal("TOO_MANY_SESSIONS", status.Reason());
        Assert.Contains("This tenant has 1", status.Message, StringComparison.Ordinal);
        Assert.NotNull(status.RetryDelay());
        await first.RequestStream.CompleteAsync();
        Assert.False(await first.ResponseStream.MoveNext(Cancel));
        using var third = quotas.Host.Segmentation.SegmentStream(cancellationToken: Cancel);
        Assert.NotNull((await AskAsync(third, Open(Requests.File))).Opened);
    }

    private static async Task<(ulong Used, ulong Limit)> SessionsAsync(QuotaHost quotas)
    {
        var sessions = (await quotas.UsageAsync()).Sessions;
        return (sessions.Used, sessions.Limit);
    }

    private static SegmentStreamRequest Open(byte[] file, StreamMode mode = StreamMode.All) =>
        new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(file), Mode = mode } };

    private static SegmentStreamRequest Click(int sequence) =>
        new() { Prompt = new StreamPrompt { Sequence = sequence, Prompt = Requests.Click(sequence, 3) } };

    private static async Task<SegmentStreamResponse> AskAsync(
        AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> call, SegmentStreamRequest message)
    {
        await call.RequestStream.WriteAsync(message, Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        return call.ResponseStream.Current;
    }
}
