using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Streaming;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Answers;

/// <summary>What the answers of live sessions hold.</summary>
public sealed class SessionAnswerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prompt_NoRoomForItsAnswer_IsRefusedBeforeDecodingAndTheSessionGoesOn()
    {
        var options = new AnswerOptions { MaxBytes = 1 << 20, MaxBytesInFlight = 2 << 20 };
        await using var session = await new SessionHarness(answers: options).OpenAsync();
        using var others = session.Answers.TryReserve(Callers.Of("others"), 1 << 20);

        await session.Client.SendAsync(Logits(1));
        var error = await session.Client.ReceiveErrorAsync(StatusCode.ResourceExhausted);
        Assert.Empty(session.Grain.Requests);
        await session.Client.ClickAsync(2);
        var answer = await session.Client.ReceiveAnswerAsync();

        Assert.Equal("ANSWERS_IN_FLIGHT", error.Status.Reason());
        Assert.NotNull(error.Status.RetryDelay());
        Assert.Equal(2, answer.Sequence);
    }

    [Fact]
    public async Task Answers_ThatAreBeingMade_AreHeldUntilTheyAreWritten()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.SendAsync(Logits(1));
        var decode = await gate.NextAsync();
        Assert.InRange(session.Answers.Held, 2 * 3 * 256 * 1024, 2 * 4 * 256 * 1024);

        decode.Release();
        await session.Client.ReceiveAnswerAsync();
        session.Client.Finish();

        Assert.True(await session.Completion.WaitAsync(Cancel));
        Assert.Equal(0, session.Answers.Held);
    }

    [Fact]
    public async Task Answers_NobodyWaitsForThem_AreGivenBack()
    {
        await using var session = await new SessionHarness().OpenAsync();
        var gate = new DecodeGate(session.Grain);
        await session.Client.SendAsync(Logits(1));
        await session.Client.SendAsync(Logits(2));
        await gate.NextAsync();
        await gate.NextAsync();

        session.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Completion);

        Assert.Equal(0, session.Answers.Held);
    }

    [Fact]
    public async Task Session_ClientDoesNotRead_IsEnded()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Answers:TakeTimeout", "00:00:01"));
        await host.UploadAsync(Requests.File);
        var open = new OpenImage { ImageId = Requests.IdOf(Requests.File) };
        using var heard = new HeardMeters(host.App.Services.GetRequiredService<IMeterFactory>());

        using var unread = await UnreadCall.BeginAsync(
            host,
            "/segmentation.v1.SegmentationService/SegmentStream",
            new SegmentStreamRequest { Open = open },
            Logits(1),
            Logits(2));
        while (heard["segmentation.gateway.answers.not_taken"] < 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
        }

        await host.NothingHeldAsync();
        await Assert.ThrowsAsync<HttpRequestException>(unread.ReadAsync<SegmentStreamResponse>);
    }

    private static SegmentStreamRequest Logits(int sequence)
    {
        var prompt = ScriptedClient.Click(sequence);
        prompt.Output = new OutputOptions { Formats = { MaskFormat.Logits } };
        return new SegmentStreamRequest { Prompt = prompt };
    }
}
