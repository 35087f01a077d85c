using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Cluster.Tests;

/// <summary>
/// A person at work: opens a photograph, then clicks, now and then refining the last mask, each click when the last
/// answer has come.
/// </summary>
internal sealed class LiveSession
{
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _clicks;

    private LiveSession(ChannelBase channel, string tenant, int clicks, int underWayAt)
    {
        _clicks = clicks;
        Answers = RunAsync(channel, tenant, underWayAt);
    }

    /// <summary>Completes when so many clicks were answered that the session is in full swing.</summary>
    public Task UnderWay => Task.WhenAny(_underWay.Task, Answers);

    /// <summary>The masks of every click, in order: ids, scores and run lengths.</summary>
    public Task<string[]> Answers { get; }

    /// <summary>The longest that a click waited for its answer.</summary>
    public TimeSpan Silence { get; private set; }

    /// <summary>Starts a session.</summary>
    /// <param name="channel">The gateway.</param>
    /// <param name="tenant">Its tenant: sessions of different tenants have images of their own.</param>
    /// <param name="clicks">How many clicks.</param>
    /// <param name="underWayAt">After how many answers <see cref="UnderWay"/> completes.</param>
    public static LiveSession Start(ChannelBase channel, string tenant, int clicks = 40, int underWayAt = 8) =>
        new(channel, tenant, clicks, underWayAt);

    private async Task<string[]> RunAsync(ChannelBase channel, string tenant, int underWayAt)
    {
        var cancel = TestContext.Current.CancellationToken;
        var photograph = await File.ReadAllBytesAsync(Photograph.Path, cancel);
        using var call = new SegmentationService.SegmentationServiceClient(channel).SegmentStream(
            new Metadata { { "x-segmentation-tenant", tenant } }, cancellationToken: cancel);
        var open = new OpenImage { ImageData = UnsafeByteOperations.UnsafeWrap(photograph), Mode = StreamMode.All };
        await call.RequestStream.WriteAsync(new SegmentStreamRequest { Open = open }, cancel);
        var opened = await NextAsync(call);
        Assert.True(opened.Opened is not null, $"Opening for {tenant}: {opened.Error?.Status}");
        var answers = new string[_clicks];
        for (var i = 0; i < _clicks; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call.RequestStream.WriteAsync(new SegmentStreamRequest { Prompt = Click(i) }, cancel);
            var response = await NextAsync(call);
            var silence = Stopwatch.GetElapsedTime(start);
            Silence = silence > Silence ? silence : Silence;
            Assert.True(response.Answer is not null, $"Click {i} of {tenant}: {response.Error?.Status}");
            answers[i] = string.Join('\n', response.Answer.Result.Masks.Select(Photograph.Describe));
            if (i + 1 == underWayAt)
            {
                _underWay.SetResult();
            }
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(cancel));
        return answers;
    }

    private static async Task<SegmentStreamResponse> NextAsync(
        AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken), "The session ended.");
        return call.ResponseStream.Current;
    }

    /// <summary>Every third click refines the mask of the one before, so that silos hold what can be lost.</summary>
    private static StreamPrompt Click(int index) => new()
    {
        Sequence = index + 1,
        Refine = index % 3 == 2,
        Prompt = Photograph.Click(40 + (index * 37 % 500), 40 + (index * 53 % 300)),
    };
}
